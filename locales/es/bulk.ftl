badge-words = Vea su expediente
org-unconfirmed = Esta organización confirmó estos datos por última vez el { $date }. Puede que algo haya cambiado.

changed-name = Nombre
changed-aliases = Otros nombres
changed-kinds = Qué tipo de lugar es
changed-status = Abierto, mudado o cerrado
changed-description = Descripción
changed-website = Sitio web
changed-phone = Teléfono
changed-identifiers = Números, como el NPI
changed-places = Lugares
changed-areas = Estados que atiende
changed-portals = Dónde entran los pacientes
changed-endpoints = Dónde se conectan las aplicaciones
changed-part-of = De qué forma parte
changed-features = Qué pueden hacer los pacientes
changed-how-to-ask = Cómo pedirlo sin portal
changed-logos = Logotipo
changed-other = Otra cosa

done-live = Listo. La gente ya lo ve.
done-waits = Enviado. Los enlaces, nombres y teléfonos esperan a una segunda persona, para que nadie pueda engañar a los pacientes. Mientras tanto, la gente ve lo de antes.
done-both = Una parte ya se ve. El resto espera a una segunda persona. Mientras tanto, la gente ve los enlaces, nombres y teléfonos de antes.
done-later = Enviado. Se verá en su día. Los cambios de un proveedor esperan 2 días, y se avisa a los dueños.
done-nothing = No hay nada que cambiar: el perfil ya dice esto.
done-conflict = Otra persona cambió lo mismo mientras tanto. No se envió nada. Mire el perfil e inténtelo de nuevo.
done-too-many = Hoy envió cambios de demasiadas organizaciones. No se envió nada. Siga mañana.
done-address = No podemos enviar a la gente a una de las direcciones. No se envió nada. Revise que cada una empiece con https:// y sea pública.
done-in-step = Listo. Miraremos esta lista una vez al día.
done-ended = Listo. Ya no miramos la lista. El perfil queda como está.

confirm-title = ¿Sigue todo correcto?
confirm-what = Esto es lo que los pacientes encuentran de { $name }:
confirm-door = Un enlace que abre { $domain }
confirm-phone = Teléfono: { $phone }
confirm-places = { $count ->
    [one] 1 lugar: { $address }
   *[other] { $count } lugares; el principal: { $address }
}
confirm-features = { $count ->
    [one] 1 respuesta sobre lo que pueden hacer los pacientes
   *[other] { $count } respuestas sobre lo que pueden hacer los pacientes
}
confirm-see = Ver la página como la ven los pacientes
confirm-last = Su organización lo confirmó por última vez el { $date }.
confirm-never = Su organización todavía no lo ha confirmado.
confirm-stale = Después de 6 meses, la página avisa a los pacientes que hace tiempo que no se confirma. No se quita nada.
confirm-yes = Todo sigue correcto
confirm-no = Algo está mal: cambiar el perfil

table-table-title = Los lugares en una tabla
table-give = Dénos una tabla
table-now = { $count ->
    [one] El perfil tiene ahora 1 lugar.
   *[other] El perfil tiene ahora { $count } lugares.
}
table-take = Bájelos como tabla para llenar (CSV)
table-columns = Las columnas se llaman name (nombre), street (calle), street_2, city (ciudad), state (estado), zip (código postal), phone (teléfono) y landmark (señas). Cada lugar necesita calle, ciudad, estado y código postal. Una línea por dirección. No ponga los departamentos de una misma dirección.
table-file = Un archivo
table-file-hint = CSV, hasta 1 MB. En Excel o Google Sheets, elija “Guardar como” o “Descargar” y luego CSV.
table-paste = O pegue aquí las líneas, primero los nombres de las columnas
table-keep = Conservar los lugares que no están en la tabla
table-look = Ver qué cambiaría
table-report = Lo que encontramos
table-again = Alguien cambió el perfil desde que usted miró. Esta es la diferencia ahora. Mírela otra vez antes de enviar.
table-counts = Líneas buenas: { $good }. Líneas por corregir: { $bad }.
table-unknown = Columnas que no leemos: { $columns }
table-mend = Líneas por corregir
table-line = Línea
table-column = Columna
table-said = Lo que dice
table-how = Cómo corregirlo
table-would = Lo que cambiaría
table-would-nothing = Nada.
table-same = Quedan como están: { $count }
table-new = Nuevos: { $count }
table-changed = Cambian: { $count }
table-gone = Se quitan: { $count }
table-waits = Los teléfonos nuevos y otra dirección principal esperan a una segunda persona.
table-send = Enviar estos cambios
table-send-good = Enviar las líneas buenas
table-undo-title = Deshacer
table-undo = Volver a los lugares de antes de la última tabla
table-wrong-empty = No hay nada. Elija un archivo o pegue líneas, primero los nombres de las columnas.
table-wrong-too-large = La tabla pasa de 1 MB. Divídala en varias.
table-wrong-not-text = Esto no es un archivo CSV. Si es un libro de cálculo, elija “Guardar como” en su programa y luego CSV UTF-8.
table-wrong-no-columns = La primera línea debe nombrar las columnas. Necesitamos por lo menos “street” y “city”.
table-wrong-too-many = La tabla tiene más de { $most } líneas. Divídala en varias.
table-fault-no-street = Escriba la calle y el número.
table-fault-no-city = Escriba la ciudad o el pueblo.
table-fault-no-state = Escriba las dos letras del estado, como ID.
table-fault-bad-state = Este no es un estado de Estados Unidos. Escriba sus dos letras, como ID.
table-fault-no-zip = Escriba el código postal, como 83702.
table-fault-bad-zip = Un código postal tiene 5 números, como 83702, o 5 y 4 con un guion.
table-fault-other-state = Este código postal es de otro estado. Revise los dos.
table-fault-bad-phone = Este no es un teléfono de Estados Unidos. Escriba 10 números, como (208) 555-0100.
table-fault-contact = Quite el teléfono o la dirección web de esta casilla. Los teléfonos tienen su propia columna.
table-fault-too-long = Es demasiado largo. Acórtelo.
table-fault-twice = La línea { $line } tiene la misma dirección. Deje una de las dos.
table-fault-broken = No pudimos leer esta línea. Revise las comillas.

import-title = Llenar con su propia lista
import-give = Dénos su lista
import-help = Leemos su Bundle de SMART User-access Brands (JSON) y nuestra propia tabla (CSV o JSON). Antes de enviar nada le mostramos qué cambiaría.
import-address = La dirección de su lista
import-address-hint = Empieza con https:// y cualquiera la puede abrir. Desde una dirección podemos mantener el perfil al día.
import-file = O un archivo, hasta 5 MB
import-paste = O péguela aquí
import-look = Leerla
import-wrong-nothing = Dénos una dirección, un archivo o un texto pegado.
import-wrong-fetch = No pudimos traer su lista: { $why }
import-wrong-too-large = Su lista pasa de 5 MB o tiene más de 200 organizaciones. Dénos una solo con las suyas.
import-wrong-unreadable = No pudimos leer esto como una lista.
import-wrong-none = Nada en esta lista se parece a su organización. Comparamos el nombre y el estado, el dominio de sus enlaces y números como el NPI.
import-findings = Qué corregir en su lista
import-findings-help = A otros directorios también les causa problemas.
import-findings-check = Revisar la lista completa
import-findings-more = Y { $count } más.
import-left-out = Filas que dejamos fuera
import-choose = ¿Cuál es la suya?
import-this = Somos nosotros: { $name }
import-others = Otras organizaciones de esta lista, que no tocamos: { $names }
import-difference = Lo que cambiaría
import-difference-none = Nada. El perfil ya dice esto.
import-more-lines = Y { $count } líneas más.
import-waits = Una parte espera a una segunda persona antes de que la vean los pacientes.
import-doors = Estos dominios son nuevos aquí y esperan a una segunda persona: { $domains }
import-keep = Mirar esta dirección una vez al día y mantener el perfil al día
import-send = Enviar estos cambios
in-step-title = Al día con su lista
in-step-from = Una vez al día miramos
in-step-looked = La última vez: { $date }
in-step-not-yet = Todavía no la hemos mirado.
in-step-end = Dejar de mirarla
in-step-not-fetched = No pudimos abrir su lista. El perfil queda como está. Lo intentamos cada día.
in-step-too-large = Su lista es más grande de lo que aceptamos. El perfil queda como está.
in-step-unreadable = Lo que llegó de la dirección no se pudo leer como lista. El perfil queda como está.
in-step-no-row = Su fila ya no está en la lista. Elíjala otra vez.
in-step-other-organization = La fila que eligió ahora parece de otra organización. No se tomó nada de ella.
in-step-no-editor = Quien configuró esto ya no puede editar este perfil. Alguien que pueda tiene que configurarlo otra vez.
in-step-frozen = Por ahora nadie puede cambiar este perfil. No se tomó nada de la lista.
in-step-conflict = Otra persona cambió lo mismo. Lo intentamos mañana.
in-step-address = No podemos enviar a la gente a una de las direcciones de su lista. No se tomó nada de ella.
export-title = Llévese su perfil
export-help = Todo lo que dice su perfil, en archivos. Los dos primeros los podemos volver a leer.
export-csv = Como tabla (CSV)
export-json = Como JSON
export-fhir = Como FHIR R4 (un Bundle)

notices-title = Novedades
notices-unread = { $count ->
    [0] Ya leyó todo.
    [one] 1 aviso sin leer.
   *[other] { $count } avisos sin leer.
}
notices-see = Ver las novedades
notices-none = Todavía no ha pasado nada.
notices-new = Nuevo:
notices-go = Verlo
notices-read = Ya leí todos estos
notices-older = Avisos anteriores
notices-mail = También le mandamos las novedades por correo electrónico, como mucho una vez al día.
notice-by-import = Una lista que leemos cambió lo que ven los pacientes: { $fields }. La lista: { $source }.
notice-by-moderator = Un moderador cambió lo que ven los pacientes: { $fields }.
notice-by-team = Alguien de su equipo cambió lo que ven los pacientes: { $fields }.
notice-by-delegate = Un proveedor o una agencia que edita por ustedes cambió lo que ven los pacientes: { $fields }.
notice-report = Alguien avisó de un problema con esta página. Una persona lo revisará.
notice-claim = Otra persona dice que esta organización es suya. Si usted no sabe nada de esto, avísenos.
notice-decided-live = Se aprobó el cambio que usted envió. La gente ya lo ve.
notice-decided-scheduled = Se aprobó el cambio que usted envió. Se verá en su día.
notice-decided-asked = Hay una pregunta sobre el cambio que usted envió.
notice-decided-rejected = No se aceptó el cambio que usted envió.
notice-decided-again = El cambio que usted envió espera otra vez a una persona.
notice-decided-withdrawn = Se retiró el cambio que usted envió.
notice-team-live = Se aprobó un cambio que envió alguien de su equipo. La gente ya lo ve.
notice-team-scheduled = Se aprobó un cambio que envió alguien de su equipo. Se verá en su día.
notice-team-asked = Hay una pregunta sobre un cambio que envió alguien de su equipo.
notice-team-rejected = No se aceptó un cambio que envió alguien de su equipo.
notice-team-again = Un cambio que envió alguien de su equipo espera otra vez a una persona.
notice-team-withdrawn = Se retiró un cambio que envió alguien de su equipo.
notice-claim-accepted = Una persona miró su reclamación y la aceptó.
notice-claim-refused = Una persona miró su reclamación y no pudo aceptarla.
notice-other-claim-accepted = Una persona aceptó la reclamación de alguien más. Ahora también maneja esta organización.
notice-other-claim-refused = Una persona rechazó la reclamación de alguien más sobre esta organización.
notice-stale = Nadie ha confirmado esta página en 6 meses. ¿Sigue todo correcto? Basta un clic.
notice-in-step = No pudimos leer su lista. { $why }
notice-mail-subject = { $count ->
    [one] Hay 1 novedad de sus organizaciones
   *[other] Hay { $count } novedades de sus organizaciones
}
notice-mail-hello = Estas son las novedades de las organizaciones que usted cuida:
notice-mail-foot = Todas: { $address }

counts-title = Cuánto se usó su página
counts-what = Cuántas veces se abrió su página pública y cuántas veces alguien eligió un enlace para entrar.
counts-how = Contamos páginas, no personas: sin cookies y sin guardar direcciones. Los números son decenas enteras, y solo desde diez. A quien pide que no lo sigan no lo contamos. El día de hoy se cuenta cuando termina.
counts-caption = Los últimos 30 días
counts-day = Día
counts-views = Página abierta
counts-doors = Enlace para entrar elegido
counts-few = menos de { $least }
counts-file = Todos los días en una tabla (CSV)

kit-title = Distintivo, cartel y hojas
kit-what = Todo es gratis, lleva el nombre de su organización y lleva a su página aquí. Imprímalo y repártalo como quiera.
kit-badge = Un distintivo para su sitio web
kit-badge-help = Copie las líneas en su página. La imagen no pone cookies y no nos dice nada de sus visitantes.
kit-badge-alt = Vea su expediente de { $name }
kit-snippet = Líneas para copiar
kit-poster = Un cartel con código QR
kit-poster-help = Para la pared o la recepción. La gente le apunta con su teléfono.
kit-poster-letter = Cartel, tamaño carta (PDF)
kit-poster-a4 = Cartel, A4 (PDF)
kit-print = Páginas para imprimir
kit-script = Qué decir en la recepción
kit-leaflet = Una hoja para los pacientes
kit-other-language = Para tenerlos en inglés, elija “English” arriba.
poster-title = Vea su expediente médico en línea
poster-scan = Apunte la cámara de su teléfono al cuadro.
poster-choose = Elija por dónde entrar.
poster-sign-in = Entre, o cree una cuenta.
poster-opens = { $name } abre { $domain }
poster-foot = Hecho con { $site }, un directorio gratuito. Nunca ve su expediente.
script-title = Qué decir en la recepción
script-asks = Cuando alguien pide su expediente
script-say-right = “Usted tiene derecho a su expediente, y no tiene que decir para qué lo quiere.”
script-say-door = “Puede verlo en línea. Entre a { $name }. Abre { $domain }.”
script-say-page = “Todas las maneras están en esta página: { $address }”
script-help = Cuando necesita ayuda
script-help-code = Para crear una cuenta, muchos necesitan un código o el correo que tenemos de ellos. Revise los dos con la persona en ese momento.
script-help-family = Un padre, una madre o quien cuida a alguien puede pedir su propio acceso. Nadie tiene que compartir una contraseña.
script-help-paper = Quien no quiera usar internet puede recibirlo en papel, o llenar una carta.
script-help-language = La página está también en inglés: elija “English” arriba.
script-never = Por favor, nunca
script-never-password = pida una contraseña, ni entre por otra persona
script-never-why = pregunte para qué quieren su expediente
script-never-wait = deje que alguien se vaya sin una manera que funcione
leaflet-title = Cómo obtener su expediente médico
leaflet-right = Usted tiene derecho a ver su expediente médico y a recibir una copia. No tiene que decir para qué.
leaflet-online = En línea
leaflet-no-door = Todavía no tenemos una página para entrar. Vea abajo las otras maneras.
leaflet-scan = Apunte la cámara de su teléfono al cuadro, o escriba esta dirección:
leaflet-need = Lo que puede necesitar
leaflet-need-you = Su nombre y fecha de nacimiento, como los tenemos
leaflet-need-reach = Un correo electrónico o un teléfono propio
leaflet-need-code = Un código nuestro: pídalo en la recepción
leaflet-other = Otras maneras
leaflet-call = Llame al { $phone }
leaflet-letter = Pida una carta para llenar
leaflet-family = Si cuida a alguien, pida su propio acceso
leaflet-free = El directorio es gratis. No necesita una cuenta para usarlo, y nunca ve su expediente.

many-title = Muchas organizaciones
many-none = Usted todavía no edita ninguna organización.
many-became = Qué pasó con cada una
many-count = { $count ->
    [one] 1 organización
   *[other] { $count } organizaciones
}
many-stale = { $count ->
    [0] Todas se confirmaron en los últimos 6 meses.
    [one] 1 no se confirmó en los últimos 6 meses.
   *[other] { $count } no se confirmaron en los últimos 6 meses.
}
many-caption = Sus organizaciones, primero las que llevan más tiempo sin confirmar
many-organization = Organización
many-last = Última confirmación
many-waiting = Cambios en espera
many-open = Abrir
many-never = Nunca
many-is-stale = confirme, por favor
many-confirm = Todo sigue correcto en las que elegí
many-confirm-help = Elija solo aquellas cuya página ya miró.
portals-title = Las páginas de entrada de todas, en una tabla
portals-help = Una línea por cada página donde entran los pacientes. Las líneas de una organización son su lista completa: lo que no está en la tabla se quita. Las organizaciones que usted deja fuera quedan como están.
portals-take = Bajar la tabla como está ahora (CSV)
portals-waits = Los dominios nuevos esperan a una segunda persona. Los cambios de un proveedor esperan 2 días, y se avisa a cada dueño. Un proveedor puede enviar cambios de 50 organizaciones al día.
portals-send = Enviar estos cambios
portals-held-back = { $count ->
    [one] 1 organización queda fuera hasta que se corrijan sus líneas.
   *[other] { $count } organizaciones quedan fuera hasta que se corrijan sus líneas.
}
portals-wrong-no-columns = La primera línea debe nombrar las columnas. Necesitamos por lo menos “organization” y “url”.
portals-fault-not-yours = No está entre las organizaciones que usted edita. Use el identificador de la tabla.
portals-fault-no-address = Escriba la dirección donde entran los pacientes. Para quitar una página, borre su línea.
portals-fault-bad-address = No podemos enviar a la gente a esta dirección. Escriba una pública que empiece con https://
portals-fault-bad-day = Escriba el día como año, mes y día: 2027-03-01.
portals-fault-days-turned = El último día es antes del primero.
portals-fault-twice = Esta organización tiene la misma dirección en otra línea. Deje una de las dos.
