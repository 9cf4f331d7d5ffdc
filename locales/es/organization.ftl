# Quién lo dice.
said-listed = Según { $source }, { $date }
said-starter = Datos iniciales, sin comprobar ({ $date })
said-starter-seen = Datos iniciales, sin comprobar. Visto publicado el { $date }
said-legacy = De una lista antigua: { $source }, { $date }. Sin comprobar
said-owner = Lo dice la organización ({ $date })
said-person = Lo comprobó una persona ({ $date })
said-observed = Nos respondió el { $date }
said-evidence = Vea dónde ({ $domain })

# La página.
org-title = Obtenga su expediente de { $name }
org-title-place = Obtenga su expediente de { $name } ({ $place })
org-meta-door = Dónde ver y guardar su expediente de { $name }. Abre { $domain }.
org-meta-no-door = Cómo pedir su expediente médico a { $name }.
org-part-of = Parte de { $name }
org-moved = Este lugar se mudó o cambió de nombre.
org-merged = Este lugar ahora es parte de otro.
org-closed = Este lugar cerró. Puede que otro guarde los expedientes.
org-withdrawn = Ninguna fuente menciona ya este lugar. Abajo está lo que se sabía.
org-successor = Ahora: { $name }.
org-website = Su propio sitio web: { $domain }

# La puerta.
door-title = Su expediente está aquí, en internet
doors-title = ¿Cuál es la mía?
doors-help = Este lugar tiene varias puertas. Elija la que le corresponde; si tiene dudas, pregunte en el consultorio.
door-audience = Para: { $audience }
door-go = Entre a { $name }
door-opens = Abre { $domain }
door-old = Dirección antigua, sin comprobar:
door-closed = Esta puerta cerró el { $date }:
door-opens-on = Abre el { $date }.
door-not-yet = Esta puerta abre el { $date }. Hasta entonces es solo un texto:
door-closes-on = Funciona hasta el { $date }.
door-through = Esta es la puerta de { $name }, de la que este lugar es parte.
door-sign-up = ¿Es su primera vez?
door-sign-up-link = Abra una cuenta (en { $domain })
door-no-luck = Si la puerta no le sirve:
door-phone = Teléfono: { $phone }
wrong-door = ¿La puerta parece equivocada? No entre.
warning-not-https = Esta dirección no está cifrada. Otros en la red podrían leer lo que usted escribe.
warning-odd-port = Esta dirección es poco común (usa un puerto raro). Pregunte en el lugar antes de entrar.
warning-shortener = Esta dirección corta esconde a dónde lleva. Pida en el lugar la dirección completa.
warning-mixed-script = Esta dirección tiene letras de otro alfabeto. Pregunte en el lugar antes de entrar.
warning-look-alike = Esta dirección se parece a una muy conocida, pero no lo es. Pregunte en el lugar antes de entrar.
apps-can-connect = Las apps que usted elija pueden conectarse aquí.
apps-cannot-connect = Según dicen, las apps no pueden conectarse aquí.
apps-not-known = Todavía no sabemos si las apps pueden conectarse aquí.
apps-see = Vea las apps

# Sin puerta.
no-door-website-title = Conocemos su sitio web, pero todavía no la página para entrar.
no-door-website = Empiece en { $domain }
no-door-website-look = Busque ahí “Entrar”, “Sign in”, “Patient portal” o “Member login”.
no-door-title = Conocemos este lugar, pero todavía no su puerta en internet.
no-door-apps-title = Las apps pueden conectarse aquí. Todavía no sabemos de una página para entrar.
no-door-shared-title = Pida en el consultorio su puerta en internet.
no-door-shared = La única dirección registrada es la portada de un portal que muchos lugares comparten. Pida en el consultorio su propia dirección.
no-door-right = Usted sigue teniendo derecho a su expediente. Tres maneras de pedirlo:
no-door-call = Llame al { $phone } y pregunte por los expedientes médicos.
no-door-call-office = Llame al lugar y pregunte por los expedientes médicos. El número está en su cuenta, en una carta o en su tarjeta.
no-door-visit = Pídalo en su próxima visita.
no-door-know = ¿Conoce usted la puerta?

# Qué se puede hacer.
features-title = Qué puede hacer ahí
group-view = Ver su expediente en internet
group-download = Guardar una copia
group-send = Enviarlo a una app o a una persona
group-service = Otras cosas que puede hacer
answer-yes = Sí
answer-no = No
answer-planned = Planeado
answer-planned-from = Planeado desde el { $date }
not-known-all = Todavía no sabemos qué puede ver, guardar o enviar ahí. Pregunte en el lugar.
not-known-some = Todavía no sabemos si usted puede { $what }.
not-known-or = {" "}o{" "}
not-known-view = ver su expediente en internet
not-known-download = guardar una copia
not-known-send = enviar su expediente a una app o a una persona

where-title = Dónde
where-more = { $count ->
    [one] 1 dirección más
   *[other] { $count } direcciones más
  }
where-serves = Atiende en: { $areas }
parts-title = Partes de esta organización
same-title = ¿No es lo que buscaba?
same-help = Otros lugares con el mismo nombre:
rights-title = Sus derechos
rights-short = Usted puede ver su expediente y recibir una copia. Tienen 30 días. Pueden cobrar un precio justo por la copia, pero no por buscarla. No pueden negársela porque usted debe dinero.
who-says-title = Quién lo dice
who-says-help = Cada dato de esta página, quién lo dice y cuándo. Una fuente que menciona algo no siempre lo ha comprobado.
who-says-more = { $count ->
    [one] Hay 1 dato más que no se muestra.
   *[other] Hay { $count } datos más que no se muestran.
  }
who-says-all = Todo, como datos
field-name = Nombre
field-alias = También se llama
field-portal = Puerta
field-also-listed = Otra puerta mencionada
field-website = Sitio web
field-phone = Teléfono
field-kinds = Tipo
field-status = Estado actual
field-description = Descripción
field-part-of = Parte de
field-areas = Atiende en
field-location = Dirección
field-how-to-ask = Cómo pedirlo
field-endpoint = Dirección para apps
number-npi = NPI
number-ccn = CCN
number-clia = CLIA
number-naic = NAIC
number-other = Otro número
status-active = Activo
status-moved = Se mudó
status-merged = Unido a otro
status-closed = Cerrado
status-withdrawn = Ya no está en las listas

# More of the page: signing up, caregivers, the way, apps, paper, distances, sharing.
org-keeps-records = Quién tiene ahora sus expedientes: { $name }.
org-closed-who = No sabemos quién tiene ahora sus expedientes.
org-closed-help = Cómo buscar los expedientes de un lugar que cerró
door-closed-for = Esta puerta cerró el { $date }. Use { $domain } en su lugar:
door-portal = portal
door-runs-on = Esta página para entrar funciona en { $portal } de { $name }.
door-shared = { $count ->
    [one] Otro lugar de nuestra lista también usa este sitio para entrar.
   *[other] Otros { $count } lugares de nuestra lista también usan este sitio para entrar.
  }
letter-make = Haga una carta para pedirlos
action-report = Avisar de un problema
action-print = Imprimir
action-share = Compartir
action-copied = Se copió la dirección de esta página.
sign-up-title = ¿Primera vez? Lo que necesita
sign-up-intro = Cada lugar tiene sus propios pasos. La mayoría pide cosas como estas:
sign-up-you = Su nombre, fecha de nacimiento y dirección, como los tienen allí.
sign-up-reach = Su correo electrónico o su teléfono celular.
sign-up-card-office = Un código del consultorio. Puede estar en los papeles de su última visita.
sign-up-card-plan = El número de su tarjeta de miembro.
sign-up-card-pharmacy = El número de la etiqueta de una receta.
sign-up-card-lab = El número o la fecha de una prueba que le hicieron allí.
sign-up-code = ¿No tiene código o no puede seguir? Llame y pregunte: «¿Cómo me registro para ver mis expedientes?»
care-title = Para cuidadores, padres y adolescentes
care-proxy = No comparta contraseñas. Pida al consultorio su propia entrada para la persona que usted cuida.
care-listed = El acceso para cuidadores figura así: { $answer }.
care-not-known = Todavía no sabemos cómo lo hace este lugar.
care-teens = Los padres casi siempre pueden ver los expedientes de un hijo. Con los adolescentes, las reglas cambian según el estado y el tipo de atención.
care-link = Ayuda para cuidadores y padres
group-sign = El símbolo Blue Button
answer-not-known = Todavía no se sabe
menu-rest = { $count ->
    [one] La lista completa (1 más, que todavía no se sabe)
   *[other] La lista completa ({ $count } más, que todavía no se saben)
  }
menu-help = Que no se sepa no quiere decir que no. Quiere decir que nadie nos lo ha dicho.
menu-why = Por qué hay tan poco marcado
way-title = Del papel a los expedientes que llegan solos
way-help = Hasta dónde ha llegado este lugar, según lo que figura en las listas.
way-paper = Pedir por carta o por teléfono.
way-paper-state = Siempre
way-online = Ver sus expedientes en línea.
way-save = Guardar una copia.
way-send = Enviarlos a una aplicación o a una persona.
way-automatic = Los nuevos llegan solos.
way-listed = Figura en una lista
org-apps-title = Aplicaciones
org-apps-help = Quienes hacen estas aplicaciones dicen que reciben expedientes en la forma en que este lugar los envía. Lo dicen ellos. No lo hemos probado aquí.
paper-title = Pida por carta o por teléfono
paper-help = Lo que ve en línea puede no ser todo. Puede pedir lo demás: notas antiguas, imágenes, facturas.
where-from = Ordenar por distancia desde (ciudad, estado o código postal)
where-sort = Ordenar
near-from = Medido desde el centro de { $place }.
near-from-zip = Medido desde el centro del código postal { $zip }.
near-from-point = Medido desde donde usted está, más o menos.
near-from-unknown = No sabemos dónde queda «{ $typed }». Pruebe con un código postal, como 83702.
siblings-title = También son parte de { $name }
kin-more = { $count ->
    [one] 1 más
   *[other] { $count } más
  }
share-title = Comparta esta página
share-help = Esta dirección no cambia, aunque cambie el nombre:
share-qr = Código cuadrado que abre la página de { $name }
printed-on = Como lo sabíamos el { $date }.
og-locale = es_US
org-also-called = También se llama: { $names }
