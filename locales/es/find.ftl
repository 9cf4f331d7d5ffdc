find-title = Buscar un lugar
find-title-for = “{ $words }”
near-label = Cerca de un código postal (si quiere)
near-error = Un código postal tiene 5 números, como 83702.
find-count = { $count ->
    [one] 1 lugar
   *[other] { $count } lugares
  }
find-count-for = { $count ->
    [one] 1 lugar para “{ $words }”
   *[other] { $count } lugares para “{ $words }”
  }
find-start = ¿Dónde puede estar su expediente?
find-start-more = Escriba un nombre, una ciudad, un código postal o una dirección web, o elija un tipo de lugar.
find-nothing = Aquí no encontramos ningún lugar.
find-nothing-called = No encontramos “{ $words }”.
find-did-you-mean = ¿Quiso decir { $words }?
find-portal-name = Muchos lugares usan “{ $words }”, y cada uno tiene su propia entrada. Escriba el nombre de su hospital o clínica.
find-filters = Filtros
find-remove = (quitar)
find-near-zip = Cerca de { $zip }
find-first-page = Ir a los primeros resultados
find-without = Busque sin el filtro { $filter }.
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
