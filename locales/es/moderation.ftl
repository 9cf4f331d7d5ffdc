# Lo que hacen los moderadores además de la cola.
moderate-on = Continuar
moderate-done-title = Hecho
moderate-done = Ya está a la vista. Se puede deshacer como cualquier cambio.
moderate-done-many = Hecho: { $done }. Se dejaron fuera porque alguien los cambió mientras tanto: { $late }.
moderate-waits-title = Espera a otro moderador
moderate-waits = Todavía no cambió nada. Otro moderador debe verlo y confirmarlo. Nadie confirma lo suyo.
moderate-nothing-title = No hay nada que hacer
moderate-nothing = Ya está así, o no queda nada de ello.
moderate-late-title = Alguien se adelantó
moderate-late = Ya no es lo que usted leyó, así que nada cambió. Mírelo otra vez.
moderate-refused-title = Eso no se puede hacer
moderate-refused = Revise lo que escribió. Si hace falta un segundo moderador, debe confirmarlo otra persona.

# El registro público.
log-title = Lo que decidieron nuestros moderadores
log-intro = Cada decisión sobre este directorio, para que todos la lean. No muestra quién decidió ni quién nos avisó.
log-none = Todavía no se ha decidido nada.
log-counts = Cuántas
log-entries = Una por una
log-older = Anteriores
log-appeal = ¿Cree que una decisión está mal? Díganos, y otra persona la revisará.
log-appeal-contact = Contacto
log-quarter = Trimestre { $quarter } de { $year }
log-col-when = Cuándo
log-col-approved = Cambios aprobados
log-col-rejected = Rechazados
log-col-claims = Reclamos de propiedad
log-col-hosts = Sitios dañinos
log-col-doors = Enlaces y datos
log-col-joined = Unidos o separados
log-col-held = Detenidos o deshechos
log-proposal-approved = Se aprobó un cambio:
log-proposal-published = Un cambio quedó a la vista:
log-proposal-rejected = Se rechazó un cambio:
log-claim-proved = Se mostró de quién es:
log-claim-refused = Se rechazó un reclamo:
log-claim-lost = Ya no se encontró una prueba:
log-host-recalled = Ya no enviamos a nadie a este sitio:
log-host-let-off = Otra vez enviamos gente a este sitio:
log-door-confirmed = Un enlace nuevo resultó correcto:
log-door-refused = Un enlace nuevo resultó incorrecto:
log-items-taken-out = Se quitaron datos:
log-items-let-in = Se volvieron a incluir datos:
log-organization-merged = Resultó ser el mismo que otro:
log-organization-split = Resultó ser un lugar aparte:
log-subject-frozen = Se detuvo la edición:
log-subject-let-go = Se permitió otra vez la edición:
log-load-undone = Se deshizo una importación
log-by-moderator = un moderador
log-by-owner = la organización
log-by-program = el programa
log-by-public = alguien sin cuenta
log-by-operator = el operador

# Sitios dañinos.
hosts-title = Sitios a los que no enviamos a nadie
hosts-intro = Si un sitio engaña a la gente, quítelo aquí. En un minuto desaparece de todas las páginas, archivos y búsquedas.
hosts-label = Nombre del sitio
hosts-hint = Por ejemplo: login.example.net. También salen los sitios debajo de él. Puede pegar una dirección completa.
hosts-wrong = Este no es el nombre de un sitio público.
hosts-look = Mostrar a quién afecta
hosts-reach = Está en este número de organizaciones y aplicaciones: { $count }
hosts-recall = Quitar { $host } ahora
hosts-listed = Sitios que están fuera
hosts-none = No hay ninguno.
hosts-waits = Espera a otro moderador
hosts-let-off = Pedir que vuelva { $host }
hosts-let-off-why = Por qué { $host } es seguro

# Un cambio en muchos.
bulk-title = Un cambio en muchos lugares
bulk-intro = Cuando un sistema de salud cambia de dominio, o un proveedor cierra. Primero ve todos los lugares, y otro moderador lo confirma.
bulk-from = Dominio de ahora
bulk-from-hint = Por ejemplo: nombre-viejo.org
bulk-to = Dominio nuevo
bulk-to-hint = Déjelo vacío para quitar estos enlaces, si un proveedor cerró.
bulk-look = Mostrar qué cambiaría
bulk-preview = { $count ->
    [one] 1 lugar
   *[other] { $count } lugares
}
bulk-cut = Hay más. Estos son los primeros 500; haga los demás después.
bulk-why = Por qué
bulk-why-said = Por qué:
bulk-ask = Pedir a otro moderador que confirme
bulk-motions = Pedidos hasta ahora
bulk-none = Nada todavía.
bulk-let-off = Dejar volver a { $host }
bulk-move = Pasar enlaces de { $from } a { $to }
bulk-close = Quitar enlaces a { $domain }
bulk-undo = Deshacer lo que hizo el número { $number }
bulk-state-waits = espera
bulk-state-carried = confirmado
bulk-state-refused = rechazado
bulk-own = Usted lo pidió. Otro moderador debe confirmarlo.
bulk-confirm = Confirmar y hacerlo
bulk-take-back = Retirarlo
bulk-refuse = Rechazarlo
bulk-was-carried = Se confirmó y se hizo.
bulk-was-refused = Se rechazó.
bulk-undo-ask = Pedir que se deshaga
bulk-back = Todos

# Deshacer.
revert-title = Deshacer un cambio
revert-intro = Cualquier cambio se puede deshacer, sin importar quién lo hizo. Primero ve qué volvería.
revert-id = Número de la organización o aplicación
revert-id-hint = Empieza con org- o app-.
revert-person = O todo lo de una persona
revert-person-hint = Su número; empieza con per-.
revert-since = Desde qué día
revert-since-hint = Por ejemplo: 2026-11-01
revert-look = Mostrar
revert-items = Cambios
revert-before = Antes
revert-look-at = Cambio { $number }
revert-load = Importación { $number }
revert-person-count = { $count ->
    [one] 1 cambio de esta persona
   *[other] { $count } cambios de esta persona
}
revert-person-go = Deshacerlos todos
revert-one-title = Deshacer un cambio de { $name }
revert-out = Estos datos se quitan:
revert-stays = Estos llegaron con el cambio y se quedan, porque antes no había nada:
revert-doors-wait = Si hay un enlace entre ellos, otro moderador debe confirmarlo primero.
revert-go = Deshacerlo
revert-load-rows = { $rows } filas
revert-load-what = Su fuente vuelve a decir lo que decía antes de esta importación. Solo se puede deshacer la última de una fuente.
revert-load-go = Deshacer esta importación
bulk-hidden = Es un acortador de enlaces. Oculta adónde lleva, así que nada puede pasar ahí.
bulk-late = { $count ->
    [one] 1 de estos cambió desde que se pidió. Se dejaría fuera.
   *[other] { $count } de estos cambiaron desde que se pidió. Se dejarían fuera.
}
bulk-not-opened = { $count ->
    [one] 1 dirección nueva más no se abrió.
   *[other] { $count } direcciones nuevas más no se abrieron.
}
revert-by-owner = Un dueño
revert-by-list = Una lista: { $name }
revert-event-created = Nuevo en el directorio
revert-event-updated = Cambió
revert-event-moved = Se mudó
revert-event-merged = Se unió a otro
revert-event-split = Otra vez por separado
revert-event-closed = Cerró
revert-event-withdrawn = Ya no está en ninguna lista
revert-event-restored = Se deshizo un cambio
revert-event-held = Se retuvo un enlace
revert-event-confirmed = Se confirmó un enlace
revert-event-recalled = Se quitó una dirección dañina
revert-event-redacted = Se quitó algo privado
revert-event-attested = Sigue correcto

# Uno o dos.
review-join-title = ¿Un lugar o dos?
join-intro = Ponga dos entradas lado a lado. Si son un solo lugar, elija lo correcto.
join-goes = Se va:
join-stays = Se queda:
join-both = Los dos, lado a lado
join-choose-left = Conservar esto: { $field } (izquierda)
join-choose-right = Conservar esto: { $field } (derecha)
join-hint = Donde no elija nada, cuenta la mejor fuente. Las direcciones viejas llevan a la que se queda. Puede separarlas otra vez.
review-join-go = Son uno
join-different = Son dos. No volver a preguntar
join-swap = Al revés
join-wrong = No conocemos a los dos, o son el mismo.
join-a = Número del que se va (org-…)
join-b = Número del que se queda (org-…)
join-look = Mostrar
join-pairs = Pares que esperan: { $count }
split-title = Separar una entrada
split-intro = Si una entrada en realidad son dos lugares, quite lo que no corresponde.
split-merged = Deshacer la unión de { $id }
split-listing = Quitar esta entrada de { $source }
split-gone = (ya no aparece en la lista)

# Quién cuida el directorio.
people-title = Quién cuida este directorio
people-moderator = Moderador
people-administrator = Administrador
people-sessions = { $count ->
    [one] Con sesión abierta en 1 equipo.
   *[other] Con sesión abierta en { $count } equipos.
}
people-sign-out = Cerrar todas las sesiones de { $name }
people-dismiss = Quitar a { $name }
people-invite = Invitar a alguien
people-invite-go = Hacer la invitación
people-email = Correo electrónico
people-email-wrong = Revise el correo. Se ve así: nombre@example.org.
people-role = Función
people-invited = La invitación está lista
people-invited-once = La enviamos por correo. Este enlace se muestra una sola vez, sirve una vez y vence en 7 días.
people-mail-subject = Le invitan a cuidar el directorio
people-mail-text = Le invitan a ayudar a cuidar este directorio de portales de expedientes médicos. Abra este enlace en los próximos 7 días: { $link }
