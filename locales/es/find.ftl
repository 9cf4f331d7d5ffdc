find-title = Buscar un lugar
find-title-for = “{ $words }”
find-count = { $count ->
    [one] 1 lugar
   *[other] { $count } lugares
  }
find-start = ¿Dónde puede estar su expediente?
find-start-more = Escriba un nombre, una ciudad, un código postal o una dirección web, o elija un tipo de lugar.
find-nothing = Aquí no encontramos ningún lugar.
find-nothing-called = No encontramos “{ $words }”.
find-did-you-mean = ¿Quiso decir { $words }?
find-filters = Filtros
find-remove = (quitar)
find-first-page = Ir a los primeros resultados
find-way-words = Pruebe con menos palabras, otro nombre del lugar o el nombre del sistema de salud.
find-way-portal = Pegue la dirección web que usa para entrar, si la sabe.
find-way-ask = Siempre puede pedir su expediente en el lugar mismo, en papel o por teléfono.
find-way-tell = ¿Falta un lugar? No podemos pedir su expediente por usted, pero sí agregarlo a la lista.
filter-state = Estado
filter-any-state = Cualquier estado
filter-kind = Tipo de lugar
filter-apply = Ver resultados
find-narrow = Estos son los primeros { $number } lugares. Para ver otros, agregue una ciudad, un estado o un tipo.
paging-label = Páginas de resultados
paging-previous = Anterior
paging-next = Siguiente
paging-page = Página { $number }
card-see = Ver
card-save = Guardar
card-send = Enviar
card-opens = Abre { $domain }
card-part-of = Parte de { $name }
card-places-matching = { $count ->
    [one] Coincide 1 lugar de { $name }
   *[other] Coinciden { $count } lugares de { $name }
  }
find-parts = Lugares de una organización
find-parts-of = Lugares de { $name }
card-website = Su sitio web: { $domain }. Todavía no sabemos de una página para entrar.
card-apps-only = Las apps pueden conectarse. Todavía no sabemos de una página para entrar.
card-no-door = No sabemos de una puerta comprobada en internet. Vea cómo pedirlo.
card-known = Todavía no sabemos de una puerta en internet. Vea cómo pedirlo.
card-starter = Datos iniciales, sin comprobar
card-also-known-as = También se llama { $name }
card-miles-near = a menos de 1 milla
card-miles = { $count ->
    [one] a 1 milla
   *[other] a { $count } millas
  }
near-label = Ciudad, estado o código postal
near-error = No conocemos este lugar. Escriba una ciudad y su estado, o un código postal.
near-error-zip = Un código postal tiene 5 números, como 83702.
near-locate = Usar mi ubicación
near-locating = Preguntando a su navegador…
near-located = Su ubicación está en la casilla, redondeada a una milla más o menos. Pulse Buscar para usarla. No la guardamos.
near-refused = Su navegador no compartió su ubicación. Escriba una ciudad y su estado, o un código postal.
near-failed = Su navegador no pudo saber dónde está usted. Escriba una ciudad y su estado, o un código postal.
find-count-more = más de { $count } lugares
find-count-for = { $places } para “{ $words }”
find-near = Cerca de { $place }
find-from-zip = Las distancias son desde el centro del código postal { $zip }.
find-from-city = Las distancias son desde el centro de { $place }.
find-from-state = Estos lugares están en { $state } o atienden allí.
find-from-point = Las distancias son desde el punto { $point }.
find-without = Buscar sin el filtro “{ $filter }” ({ $places })
find-wider = Buscar a menos de { $miles } millas ({ $places })
question-portal = Muchos lugares usan { $name }. ¿De qué hospital, clínica o ciudad?
question-portal-label = Hospital, clínica o ciudad
question-state = { $name } cambia de un estado a otro. ¿Cuál es su estado?
question-state-label = Su estado
question-state-choose = Elija un estado
question-programme = “{ $name }” puede ser más de una cosa. ¿Cuál busca?
question-person = El expediente lo guarda una clínica, un grupo o un hospital. ¿Sabe dónde trabaja { $name }?
question-person-label = Nombre de la clínica, el grupo o el hospital
question-go = Ver lugares
filter-within = Distancia
filter-any-distance = Cualquier distancia
filter-within-needs = Para usar esto, escriba una ciudad y su estado o un código postal en la casilla de arriba.
filter-miles = { $miles } millas
find-within = A menos de { $miles } millas
filter-can = Lo que puede hacer allí
filter-send-app = Enviar a una app que usted elija
filter-feature = { $group }: { $feature }
filter-data = Lo que puede ver
filter-tier = Quién lo dice
filter-count = { $words } ({ $count })
filter-count-least = { $words } (al menos { $count })
