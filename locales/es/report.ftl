# El formulario para avisar de un problema o de un lugar que falta.
report-title = Díganos qué falta o qué está mal
report-title-for = Avisar de un problema con { $name }
report-window-error = Revise, por favor: { $title }

# Primero separa.
report-choose = ¿Cuál es su caso?
report-choice-wrong = El enlace o un dato de aquí está mal
report-choice-missing = Falta un lugar, o algo de este sitio está mal
report-choice-wrong-help = Díganos. Una persona lo revisará.
report-choice-records = Necesito mi propio expediente
report-choice-records-help = No podemos conseguirlo, pero le decimos quién puede.

# Quien necesita su propio expediente.
report-records-title = Cómo conseguir su propio expediente
report-records-sorry = Lo sentimos: no podemos conseguirle su expediente. No tenemos expedientes médicos y nunca vemos el suyo.
report-records-who = Pídalo a { $name }. Estas son las maneras:
report-records-who-general = Pídalo al lugar que lo guarda: su médico, hospital, laboratorio, farmacia o plan de salud. Estas son las maneras:
report-records-find = Escriba el nombre en la casilla de búsqueda de arriba y use su puerta.
report-records-letter = Hacer una carta para pedir su expediente
report-records-help = Qué hacer cuando no encuentra el lugar
report-records-nothing-sent = No se nos envió nada.

# El formulario.
report-form-records = ¿Necesita su propio expediente? Mejor vaya aquí.
report-private = Por favor, no escriba datos de su salud ni su número de Seguro Social. Si algo parece un número así, lo borramos.
report-what = ¿Qué está mal?
report-wrong-does-not-open = Un enlace no abre
report-wrong-wrong-place = Un enlace lleva a otro lugar
report-wrong-looks-fake = Un enlace parece falso, como un truco para robar mi contraseña
report-wrong-gone = El lugar cerró, se mudó o ahora es parte de otro
report-wrong-contact = El teléfono o la dirección está mal
report-wrong-features = Lo que se puede hacer ahí está mal
report-wrong-missing = Falta un lugar
report-wrong-other = Otra cosa
report-which-door = ¿Cuál enlace es? (opcional)
report-door = { $name } (abre { $domain })
report-door-website = Su propio sitio web (abre { $domain })
report-door-none = No sé, o no se trata de un enlace
report-right = ¿Qué sería lo correcto? (opcional)
report-right-hint = Una dirección web, un teléfono o unas pocas palabras.
report-name = Nombre del lugar
report-name-hint = Si falta un lugar: el nombre que dice su letrero, cuenta o tarjeta.
report-place = Ciudad y estado (opcional)
report-place-hint = Por ejemplo: Boise, ID
report-site = Su sitio web (opcional)
report-site-hint = Por ejemplo: example.org
report-how = ¿Cómo lo sabe? (opcional)
report-how-hint = Por ejemplo: los llamé, o lo dice su sitio web.
report-how-hint-general = Por ejemplo: voy a ese lugar. Si se trata de otra cosa, diga aquí qué está mal.
report-email = Su correo electrónico (opcional)
report-email-hint = Solo si quiere una respuesta. Lo guardamos hasta que una persona decida sobre su aviso. Después lo borramos.
report-leave = Deje esta casilla vacía
report-send = Enviar
report-errors = Revise esto, por favor
report-fault-nothing-chosen = Elija qué está mal.
report-fault-no-words = Diga en pocas palabras qué está mal.
report-fault-no-name = Escriba el nombre del lugar.
report-fault-no-email = Revise el correo. Se ve así: nombre@example.org. O déjelo vacío.
report-fault-too-long = Escriba esto más corto: { $field }
report-fault-trapped = Deje esta casilla vacía. Está ahí para atrapar máquinas. Luego envíe otra vez.
report-fault-too-large = Fue demasiado largo. Escriba unas pocas frases y envíe otra vez.
report-fault-too-quick = Eso fue muy rápido. Léalo una vez más y envíe otra vez.
report-fault-stale = Esta página estaba abierta desde antes de que nuestro servidor volviera a empezar. No se perdió nada: envíe otra vez.
report-fault-foreign = Esto no vino de nuestra propia página. Si fue usted, envíe otra vez desde aquí.
report-fault-too-many = Llegaron demasiados avisos desde su red. Espere { $minutes } minutos y envíe otra vez.
report-fault-not-kept = No pudimos guardar su aviso en este momento. No se perdió nada: espere unos minutos y envíe otra vez.

# Recibido.
report-thanks-title = Gracias
report-thanks = Una persona lo revisará.
report-thanks-until = Hasta entonces, nada cambia en nuestras páginas. Si un enlace parece falso, no entre con su contraseña.
report-back = Volver a { $name }
