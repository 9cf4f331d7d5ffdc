# Mis lugares: la página.
places-title = Mis lugares
places-description = Guarde una lista de los lugares que tienen su expediente médico: puertas, teléfonos, cartas. Solo en su propio navegador, sin registrarse.
places-lead = Guarde una lista de los lugares que tienen su expediente médico. Es su plan: dónde entrar, a quién llamar, qué ya está hecho.
places-kept = La lista se guarda solo en este navegador, en este teléfono o computadora. Nosotros nunca la recibimos. Para volver a consultar sus lugares, esta página pregunta por ellos a nuestro directorio, solo por número.
places-shared = ¿Es un teléfono o una computadora que otros usan? Ellos pueden ver su lista. Bórrela cuando termine.
places-no-script = Para guardar una lista aquí, su navegador debe tener JavaScript activado. Sin él, puede imprimir el plan en blanco de abajo y llenarlo a mano.
places-plan = Su plan
places-count = Lugares: { $count }
places-empty = Todavía no hay nada en su lista. Busque un lugar arriba, ábralo y oprima “Guardar en Mis lugares”.
places-printed = Impreso el { $date } desde { $site }

# De un enlace.
places-link-title = Lugares de un enlace
places-link-help = Alguien le envió estos lugares. Todavía no se ha guardado nada.
places-link-save = Guardar estos lugares
places-link-leave = Ahora no
places-link-all = Todos los lugares de este enlace ya están en su lista.

# Un lugar.
places-no-door = No conocemos una puerta en internet aquí. Llame o pida por carta.
places-site = Conocemos su sitio web, pero no la página para entrar:
places-gone-door = La puerta en { $domain } ya no está en nuestro directorio. No entre ahí. Pregunte primero en el lugar.
places-gone = Este lugar ya no está en nuestro directorio.
places-was = Usted lo guardó como { $name }.
places-phone = Teléfono:
places-address = Dirección:
places-first = ¿Es su primera vez?
places-needs = Para abrir una cuenta, tenga a mano su fecha de nacimiento, su código postal y un código o número del consultorio, de una cuenta o de su tarjeta. Cada lugar pide cosas distintas.
places-letter = Haga una carta para pedirlo
places-checked = Comparado con nuestro directorio el { $date }.
places-unchecked = Todavía no se ha comparado con nuestro directorio.
places-stale = No pudimos consultar nuestro directorio ahora. Esto es lo que decía el { $date }.
places-done = Hecho: ya tengo este expediente
places-note = Mis notas
places-note-safe = Nunca escriba aquí una contraseña.
places-remove = Quitar
places-remove-name = Quitar { $name }

# Lo que responde la página.
places-said-checking = Consultando sus lugares en nuestro directorio…
places-said-checked = Todos los lugares se compararon con nuestro directorio el { $date }.
places-said-offline = No pudimos consultar nuestro directorio. Su lista muestra lo que decía antes; cada lugar dice el día.
places-said-saved = Guardado. Lugares en su lista: { $count }
places-said-many = Su lista está llena: caben { $count } lugares. Quite uno primero.
places-said-removed = Se quitó: { $name }
places-said-cleared = Su lista se borró. No queda nada guardado en este navegador.
places-said-copied = El enlace está copiado.
places-sure = ¿Borrar toda la lista, con sus notas? No se puede deshacer.
places-blocked = Su navegador no deja que esta página guarde nada. Quizás es una ventana privada. Puede mirar, imprimir y guardar un archivo, pero la lista se pierde al cerrar la página.
places-full = En su navegador no queda espacio, así que el último cambio no se guardó. Guarde la lista en un archivo o libere espacio.
places-broken = Una parte de su lista no se pudo leer. Guardamos lo que pudimos, y también el texto anterior.
places-broken-file = Guardar el texto anterior en un archivo

# Herramientas.
places-tools = Imprimir, guardar o compartir
places-print = Imprimir el plan
places-again = Consultarlos otra vez
places-json = Guardar en un archivo (JSON)
places-text = Guardar como texto
places-clear = Borrar la lista
places-share = Enlace a estos lugares
places-share-help = El enlace dice solo cuáles lugares son. Sus notas se quedan aquí. Quien tenga el enlace puede ver cuáles lugares son.
places-copy = Copiar el enlace

# El plan en blanco.
blank-title = Un plan en blanco para imprimir
blank-help = Imprima esta página y llénela a mano, una parte para cada lugar. Nunca escriba en ella una contraseña.
blank-place = Lugar { $number }
blank-name = Nombre del lugar
blank-address = Dirección
blank-phone = Teléfono de la oficina de expedientes
blank-door = Página para entrar (la dirección completa)
blank-needs = Qué necesito para registrarme
blank-asked = Lo pedí el (fecha)
blank-due = Deben responder antes del (30 días después)
blank-done = Ya tengo este expediente

# El botón en otras páginas.
save-add = Guardar en Mis lugares
save-remove = Quitar de Mis lugares
save-sure = Usted tiene notas sobre este lugar. ¿Quitarlo con sus notas?
save-saved = Guardado.
save-removed = Se quitó.
save-see = Vea Mis lugares ({ $count })
save-many = Su lista está llena.
save-failed = Su navegador no pudo guardarlo.
save-why = Vea por qué en Mis lugares
