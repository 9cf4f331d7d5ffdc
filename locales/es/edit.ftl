# Mails to owners.
edit-mail-delegate-subject = Se envió un cambio de { $name } en su nombre
edit-mail-delegate = Alguien que edita { $name } en su nombre envió un cambio. Se publicará en 2 días como muy pronto. Si es correcto, no tiene que hacer nada, salvo que la página le pida confirmarlo. Si no lo es, rechácelo aquí: { $address }

# The beginning.
edit-start-title = Editar { $name }
edit-start-words = Recorra los pasos en el orden que quiera y pare cuando quiera: lo que guardó le espera. Nadie lo ve antes de que usted lo publique.
edit-start-page = Ver la página como está ahora
edit-start-rules = La mayoría de los cambios se publican al instante. Un enlace, nombre, teléfono o dirección principal nuevos esperan hasta que una segunda persona los haya visto, porque uno falso podría llevar a los pacientes a un ladrón.
edit-start-waiting = { $count ->
    [one] Hay 1 cambio en espera
   *[other] Hay { $count } cambios en espera
    }
edit-delegate = Usted edita para esta organización como proveedor o agencia. Lo que envíe se publicará después de 2 días como muy pronto, y se avisa a sus dueños.
edit-draft-title = Tiene cambios sin enviar
edit-draft-words = { $count ->
    [one] Cambiaría 1 parte.
   *[other] Cambiarían { $count } partes.
    }
edit-draft-saved = Guardado el { $date }.
edit-draft-check = Revisar y publicar
edit-draft-discard = Descartar mis cambios

# Somebody else was faster.
edit-meanwhile-merged = Otra persona cambió esto mientras tanto: { $fields }. Sus palabras ya están en el formulario, y las de usted encima.
edit-meanwhile-title = Dos personas cambiaron { $name }
edit-meanwhile-words = Otra persona publicó un cambio mientras el suyo estaba guardado aquí, y los dos tratan de lo mismo. A la izquierda está lo que vale ahora; a la derecha, lo suyo. Nada se pierde: elija lo que quiera.
edit-meanwhile-choose = { $field }: ¿cuál de los dos?
edit-meanwhile-theirs = Lo que vale ahora
edit-meanwhile-mine = Lo mío

# Steps.
edit-steps = Pasos
edit-window = { $step } · { $name }
edit-step-name = Nombre y tipo
edit-step-contact = Contacto
edit-step-places = Lugares
edit-step-portals = Portales de pacientes
edit-step-endpoints = Direcciones para apps
edit-step-features = Lo que la gente puede hacer
edit-step-ask = Pedir sin portal
edit-step-parent = Parte de
edit-step-logo = Logo
edit-step-numbers = Números
edit-step-app = Su app
edit-about-name = El nombre que la gente busca, otros nombres que quizá conozca, y qué tipo de lugar es.
edit-about-contact = Cómo la gente llega a usted por teléfono y en internet.
edit-about-places = Dónde está, primero el lugar principal. Deje fuera departamentos y números de oficina.
edit-about-portals = Donde sus pacientes entran para ver sus registros. Si cambia a un portal nuevo, ponga los dos y diga desde y hasta cuándo.
edit-about-endpoints = Donde las apps se conectan cuando un paciente lo pide (la dirección base FHIR). La persona que cuida su sistema de registros la conoce.
edit-about-features = Diga qué puede hacer la gente con su portal. Si no lo sabe, elija «No sé»: se muestra como desconocido, nunca como no.
edit-about-ask = Qué debe hacer quien no puede usar un portal: a quién llamar, adónde ir, qué formulario llenar.
edit-about-parent = Si pertenece a un sistema más grande, diga a cuál. Su portal se muestra también en la página de usted.
edit-about-logo = Dónde está su logo en su propio sitio. Hacemos una copia pequeña y mostramos esa.
edit-about-numbers = Números que otros le dieron, como su NPI. Ayudan a las listas a encontrarle. Nunca un número de impuestos.
edit-about-app = Lo que la gente ve de su app. Se lista como app actual cuando usted dice qué datos recibe.

# Rows.
edit-row-place = Lugar { $number }
edit-row-portal = Portal { $number }
edit-row-endpoint = Dirección { $number }
edit-row-logo = Logo { $number }
edit-row-number = Número { $number }
edit-add-place = Agregar un lugar
edit-add-portal = Agregar un portal
edit-add-endpoint = Agregar una dirección
edit-add-logo = Agregar un logo
edit-add-number = Agregar un número
edit-remove = Quitar

# Fields.
edit-choose = Elija
edit-name = Nombre
edit-name-hint = Como la gente lo conoce, sin «Inc.» ni «LLC».
edit-aliases = Otros nombres
edit-aliases-hint = Uno en cada línea: nombres antiguos, nombres cortos.
edit-kind = Tipo de lugar
edit-kinds = También es
edit-status = ¿Está abierto?
edit-status-active = Sí
edit-status-moved = Se mudó o ahora tiene otro nombre
edit-status-closed = Está cerrado
edit-phone = Teléfono público
edit-phone-hint = El número al que llaman los pacientes, como (208) 555-0100. Nunca el de una persona.
edit-website = Sitio web
edit-description = Qué es, en inglés
edit-description-hint = Unas frases para los pacientes. Sin teléfonos ni direcciones web, por favor: tienen campos propios.
edit-areas = Estados que atiende
edit-areas-hint = Como ID, WA. Escriba US para todo el país.
edit-place-name = Nombre de este lugar
edit-place-name-hint = Solo si tiene uno propio.
edit-street = Calle
edit-city = Ciudad
edit-state = Estado
edit-zip = Código postal
edit-place-phone = Teléfono de este lugar
edit-landmark = Cómo encontrarlo
edit-landmark-hint = Como «Frente a la biblioteca».
edit-portal-url = Donde la gente entra
edit-portal-url-hint = Cópiela de su navegador. Empieza con https.
edit-portal-name = Nombre del portal
edit-portal-name-hint = Como MyChart.
edit-sign-up = Donde la gente crea una cuenta
edit-sign-up-hint = Déjelo vacío si es la misma página.
edit-audience = Para quién es
edit-audience-hint = Como «Adultos» o «Clínica infantil». Déjelo vacío si es para todos.
edit-portal-description = Lo que la gente debe saber de él
edit-from = Primer día
edit-from-hint = Antes de ese día no es un botón. Déjelo vacío si ya funciona.
edit-to = Último día
edit-to-hint = Después de ese día no es un botón. Déjelo vacío si no tiene fin.
edit-portal-endpoints = Direcciones para apps detrás de él
edit-portal-endpoints-hint = Una en cada línea, como en la página de direcciones para apps.
edit-endpoint-url = Dirección base FHIR
edit-endpoint-url-hint = Como https://fhir.example.org/r4, sin /metadata.
edit-versions = Versiones de FHIR
edit-versions-hint = Como 4.0.1.
edit-endpoint-name = Su nombre
edit-developers = Página para desarrolladores
edit-ask-en = En inglés
edit-ask-es = En español
edit-ask-hint = Escríbalo como lo diría en el mostrador.
edit-part-of = Su id o la dirección de su página aquí
edit-part-of-hint = Busque arriba, o déjelo vacío si no es parte de nada.
edit-parent-now = Parte de: { $name }
edit-find = Buscar la organización
edit-find-go = Buscar
edit-find-hits = ¿Cuál es?
edit-find-nothing = No encontramos ninguna con ese nombre.
edit-logo-url = Dirección de la imagen
edit-logo-url-hint = Un PNG, JPEG, WebP o SVG en su propio sitio.
edit-licence = Página que dice quién puede usarla
edit-rights = Podemos mostrar este logo: es nuestro, o su dueño lo permite
edit-system = Tipo de número
edit-value = Número
edit-value-hint = Para otro tipo, escriba el sistema, una barra y el número: https://example.org/ids|123.
edit-system-npi = NPI
edit-system-ccn = CCN (Medicare)
edit-system-clia = CLIA (laboratorio)
edit-system-naic = NAIC (aseguradora)
edit-system-oid = OID
edit-system-web = Dirección web
edit-system-other = Otro
edit-app-name = Nombre de la app
edit-publisher = Quién la hace
edit-app-en = Qué hace, en inglés
edit-app-en-hint = Unas frases. Sin promesas de curas.
edit-app-es = Qué hace, en español
edit-ingests = Datos que recibe
edit-ingests-hint = Uno en cada línea, como FHIR R4 o C-CDA.
edit-platforms = Funciona en
edit-privacy = Política de privacidad
edit-app-store = Página en el App Store de Apple
edit-google-play = Página en Google Play

# The menu.
edit-group-view = Ver en línea
edit-group-download = Guardar una copia
edit-group-send = Enviar
edit-group-service = Hacer trámites
edit-group-more = Más
edit-yes = Sí
edit-no = No
edit-planned = Previsto
edit-unsure = No sé
edit-planned-from = Desde (si lo sabe)

# What must be mended.
edit-mend = { $field }: { $wrong }
edit-wrong-needed = Complete este campo.
edit-wrong-too-long = Es demasiado largo.
edit-wrong-not-web = Esto no es una dirección web. Tiene la forma https://www.example.org.
edit-wrong-not-https = Debe empezar con https://, para que nadie pueda leer lo que se envía.
edit-wrong-shortener = Un enlace corto oculta adónde lleva. Use la dirección completa.
edit-wrong-not-phone = Un teléfono tiene 10 números, como (208) 555-0100.
edit-wrong-not-zip = Un código postal tiene 5 números, como 83702.
edit-wrong-not-state = No conocemos este estado. Escriba sus 2 letras, como ID.
edit-wrong-not-day = Escriba el día como 2027-03-01.
edit-wrong-turned = El último día es anterior al primero.
edit-wrong-not-number = Ese número no existe. Revise sus dígitos.
edit-wrong-not-chosen = Elija uno de la lista.
edit-wrong-no-rights = Diga que podemos mostrar el logo.
edit-wrong-no-parent = No tenemos esa organización. Búsquela, o deje esto vacío.

# A look at an address.
edit-looking = Mirando…
edit-look-answers = Responde. La gente ve que abre { $domain }.
edit-look-elsewhere = Escribió { $domain }, pero lleva a { $final }. Use la dirección donde termina.
edit-look-nothing = No pudimos abrirla. Revise la dirección en su navegador.
edit-look-certificate = Su certificado no es válido. Los navegadores avisarán a sus pacientes.
edit-look-smart = Las apps pueden conectarse: tiene una configuración SMART.
edit-look-no-smart = No encontramos allí una configuración SMART.
edit-look-odd-port = Nombra un puerto. Use una dirección sin puerto.
edit-look-mixed-script = Su nombre mezcla alfabetos. Una persona lo revisará.
edit-look-alike = Su nombre se parece a otro. Una persona lo revisará.
edit-look-too-many = Es suficiente por ahora. Siga en { $minutes } minutos; puede guardar sin esto.

# Buttons.
edit-next = Guardar y seguir
edit-to-check = Guardar y revisar
edit-later = Guardar para después
edit-back = Volver a los pasos

# Check answers.
edit-check-title = Revise sus cambios de { $name }
edit-check-nothing = Nada ha cambiado.
edit-check-waits = Esto espera a una segunda persona
edit-check-waits-words = Lo revisa otro dueño que lo haya demostrado por sí mismo, o un moderador. Hasta entonces se queda lo que hay. Estas son las razones:
edit-check-live = Esto se publica al instante
edit-check-two-days = Esto se publica después de 2 días
edit-check-preview = Véalo como un paciente
edit-check-preview-go = Vista previa de la página
edit-check-preview-es = Vista previa en español
edit-check-passkey = Cambia un enlace, así que primero se le pedirá su llave de acceso.
edit-now = Ahora
edit-then = Después
edit-why = ¿Por qué cambia? (opcional)
edit-why-hint = Ayuda a quien lo revise, por ejemplo: «Cambiamos a un portal nuevo».
edit-publish = Publicar ahora
edit-send = Enviarlo
edit-day = O en un día
edit-day-hint = Se publica cuando ese día ya empezó en todos los estados: a medianoche en Hawái, de madrugada en los demás.
edit-schedule = Publicar ese día
edit-trouble-changed = Algo cambió desde que lo miró. Léalo otra vez.
edit-trouble-day = Elija un día desde mañana, dentro de un año.
edit-trouble-too-many = Hoy envió cambios de { $most } organizaciones. Es el máximo; siga mañana.

# Why something waits.
edit-risk-door = Un enlace abriría { $domain }, que nunca se mostró aquí.
edit-risk-door-gone = Desaparecería un enlace que la gente usa ahora: { $url }
edit-risk-endpoint-gone = Desaparecería una dirección que las apps usan ahora: { $url }
edit-risk-name = Cambia el nombre, u otro nombre es nuevo.
edit-risk-phone = Cambia un teléfono. La gente le dice quién es a quien contesta.
edit-risk-address = Cambia la dirección principal. Allí llegan las cartas.
edit-risk-identifier = Un número, como un NPI, es nuevo.
edit-risk-status = Se mostraría como cerrado, mudado o abierto otra vez.
edit-risk-part-of = Sería parte de otra organización.
edit-risk-words = Un texto tiene un teléfono o una dirección web.

# What waits.
edit-waiting-title = Cambios en espera de { $name }
edit-waiting-nothing = No hay nada en espera.
edit-waiting-words = Lea qué cambiaría antes de confirmarlo. Si un enlace parece raro, rechácelo y llame a quien lo envió.
edit-waiting-item = Enviado el { $date } por { $by }
edit-by-you = usted
edit-by-other = otra persona de su organización
edit-by-delegate = un proveedor o agencia que edita para usted
edit-waiting-why = Por qué espera:
edit-waiting-day = Se publica el { $date }.
edit-waiting-not-before = Una vez confirmado, se publica el { $date } como muy pronto.
edit-waiting-mine = Usted lo envió, así que lo confirma otra persona: otro dueño que lo haya demostrado por sí mismo, o un moderador.
edit-waiting-not-you = Usted no puede confirmarlo: hace falta un dueño que lo haya demostrado por sí mismo y a quien el autor no haya invitado en los últimos 30 días, o un moderador.
edit-confirm-words = ¿Es todo correcto? Entonces se muestra a todos.
edit-confirm = Confirmar este cambio
edit-refuse = Rechazarlo
edit-refuse-why = ¿Por qué no? Su autor lee esto.
edit-withdraw = Retirarlo
edit-sent-live = Está publicado. Gracias por mantenerlo al día.
edit-sent-both = Lo que no necesita una segunda revisión está publicado. Lo demás espera abajo.
edit-sent-waits = Se envió y espera a una segunda persona.
edit-sent-later = Se envió y espera su día.
edit-sent-nothing = Nada cambió, así que no se envió nada.
edit-sent-confirmed = Usted lo confirmó.
edit-sent-refused = Se rechazó. No se muestra nada de eso.
edit-sent-withdrawn = Usted lo retiró.
edit-sent-conflict = Alguien fue más rápido, o algo cambió desde que lo leyó. Mírelo otra vez.

# The preview.
preview-title = Vista previa.
preview-words = Solo usted ve esto. Así se ve la página cuando todo está publicado y confirmado.
preview-phone = Como en un teléfono
preview-wide = Como en una computadora
preview-back = Volver a sus cambios
