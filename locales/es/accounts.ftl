sign-in = Iniciar sesión
denied-sign-in-title = Primero inicie sesión
denied-sign-in = Usted no ha iniciado sesión, o su sesión terminó. No se cambió nada. Inicie sesión, regrese en su navegador y envíe el formulario otra vez.
denied-foreign-title = Este formulario no se envió desde nuestra página
denied-foreign = Para proteger los perfiles, solo aceptamos formularios de nuestras propias páginas y de la misma sesión. No se cambió nada. Regrese, cargue la página de nuevo y envíe el formulario otra vez.
denied-confirm-title = Confirme que es usted
denied-confirm = Este paso necesita su llave de acceso, mostrada hace pocos minutos. No se cambió nada. Confirme, regrese en su navegador y envíe el formulario otra vez.
denied-confirm-go = Confirmar con su llave de acceso
denied-frozen-title = Por ahora nadie puede cambiar este perfil
denied-frozen = Primero una persona tiene que ver de quién es. Los enlaces que ven los pacientes quedan como están. No se cambió nada.
denied-too-large-title = Eso es demasiado grande
denied-too-large = El formulario o archivo es más grande de lo que podemos aceptar aquí. No se cambió nada.
denied-back = Volver a sus organizaciones
me-label = Sus páginas
me-organizations = Sus organizaciones
me-account = Su cuenta
me-review = Revisión
me-sign-out = Cerrar sesión
me-promise = Nunca vemos su expediente médico. Una sola cookie mantiene abierta su sesión, y desaparece cuando usted la cierra.

sign-in-for-whom = Esto es para quienes cuidan la página de una organización o de una aplicación. Si usted busca sus propios registros médicos, aquí no necesita una cuenta.
sign-in-patients = Encuentre sus registros médicos
sign-in-passkey-title = Con una llave de acceso
sign-in-passkey = Entrar con una llave de acceso
sign-in-link-title = Con un enlace por correo
sign-in-email = Su correo electrónico
sign-in-email-hint = Use la dirección de su trabajo. No hay contraseña.
sign-in-send = Enviarme un enlace
sign-in-provider-title = Con el inicio de sesión de su organización
sign-in-provider = Entrar con { $name }
sign-in-no-email = Escriba un correo electrónico, como nombre@example.org.
sign-in-too-often = Desde su red se pidieron demasiados enlaces. Espere { $minutes } minutos e intente otra vez.
sign-in-sent-title = Revise su correo
sign-in-sent = Si esta dirección tiene una cuenta, fue invitada o quiere una, el enlace ya va en camino. Sirve una sola vez, durante { $minutes } minutos.
sign-in-sent-none = ¿No llegó nada en 5 minutos? Busque en la carpeta de correo no deseado y revise cómo escribió la dirección.
sign-in-again = Usar otra dirección

link-who = Usted entrará como { $email }.
link-not-asked = Si usted no pidió esto, cierre esta página. No pasará nada.
link-gone-title = Este enlace ya no funciona
link-gone = Cada enlace sirve una vez y por poco tiempo. Este ya se usó, es muy viejo o no se copió completo. No se cambió nada.
link-gone-new = Pedir un enlace nuevo

invite-title = Usted tiene una invitación
invite-moderator = Usted será moderador: verá lo que la gente envía y decidirá qué se muestra.
invite-administrator = Usted será administrador: cuidará el directorio e invitará a los moderadores.
invite-passkey = Después le pediremos crear una llave de acceso. La necesita antes de poder decidir algo.
invite-take = Aceptar la invitación

passkeys-none-number = Aquí no se pueden usar llaves de acceso, porque la dirección de este sitio es un número. Quien lo administra puede darle un nombre (en la propia máquina: http://localhost).
passkeys-none-secure = Aquí no se pueden usar llaves de acceso, porque la dirección de este sitio no empieza con https://. Quien lo administra puede cambiarlo.
passkey-what = Una llave de acceso es lo mismo que abre su dispositivo: su dedo, su cara o un PIN. Se queda en su dispositivo, y nadie puede engañarle para que la escriba en una página falsa.
passkey-first-title = Cree una llave de acceso
passkey-first-words = La necesita antes de poder cambiar enlaces o dueños. Toma menos de un minuto.
passkey-needed-words = La página que usted quiere abrir necesita una llave de acceso, y su cuenta todavía no tiene ninguna. Créela aquí y podrá seguir.
passkey-more-title = Cree otra llave de acceso
passkey-more-words = Una segunda llave en otro dispositivo le deja entrar si pierde la primera.
passkey-lost-title = Usted perdió sus llaves de acceso
passkey-lost-words = Puede crear una llave nueva. Para frenar a un ladrón que solo tenga su correo, empieza a servir después de { $hours } horas.
passkey-lost-told = Le avisamos por correo a usted y también a los otros dueños de sus organizaciones. Cualquiera de ustedes puede detenerla.
passkey-lost-link = Perdí mis llaves de acceso
passkey-later = Ahora no
passkey-add = Crear una llave de acceso
passkey-name = Un nombre para ella
passkey-name-hint = Para reconocerla, como «laptop del trabajo». Puede dejarlo vacío.
passkey-unnamed = Llave de acceso sin nombre
passkey-without = Las llaves de acceso necesitan un navegador más nuevo con los scripts activados.
passkey-expired = Eso tomó demasiado tiempo. Intente otra vez.
passkey-unknown = No conocemos esta llave de acceso. Pruebe con otra o use un enlace por correo.
passkey-waits = Esta llave es nueva y todavía no cuenta. En la página de su cuenta dice desde cuándo.
passkey-many = Usted tiene todas las llaves que una cuenta puede tener. Primero quite una.
passkey-known = Este dispositivo ya tiene una llave de acceso para su cuenta.
passkey-first = Primero muestre una llave que ya tenga. Cargue la página de nuevo para hacerlo.
passkey-often = Demasiados intentos. Espere 10 minutos.
passkey-stopped = No se hizo nada. Intente otra vez cuando quiera.
passkey-broken = Algo falló de nuestro lado. No se cambió nada. Intente otra vez.
confirm-words = Lo que sigue puede cambiar dónde entra la gente, o quién decide. Por eso muestre su llave de acceso una vez más. Vale por unos minutos.

account-done-name = Guardado.
account-done-email = Un enlace va en camino a la nueva dirección. Hasta que usted lo abra, sigue la anterior.
account-done-email-changed = Su correo electrónico cambió. Se cerró la sesión en todos los otros dispositivos.
account-done-waits = Su nueva llave de acceso está creada, pero todavía no cuenta: abajo dice desde cuándo. Le enviamos un correo sobre esto.
account-done-removed = La llave de acceso se quitó.
account-done-last = Esta es la única llave que cuenta, así que se queda. Primero cree otra.
account-done-ended = La sesión se cerró allí.
account-back = Volver a su cuenta
account-name-title = Sobre usted
account-name = Su nombre
account-name-hint = Lo ven aquí las personas con quienes trabaja. Nunca es público.
account-language = Idioma de nuestros correos
account-save = Guardar
account-passkeys = Llaves de acceso
account-passkeys-none = Todavía no tiene ninguna.
account-passkey-added = Creada el { $day }.
account-passkey-used = Usada por última vez el { $day }.
account-passkey-unused = Todavía sin usar.
account-passkey-waits = Cuenta desde: { $time }. ¿No fue usted? Quítela ahora.
account-passkey-remove = Quitar
account-email-title = Correo electrónico
account-email-now = Ahora: { $email }
account-email-new = Nueva dirección
account-email-hint = Enviamos un enlace a la nueva dirección y avisamos a la anterior. Para esto necesita su llave de acceso.
account-email-send = Cambiar la dirección
account-sessions = Dónde tiene la sesión abierta
account-session-this = (este dispositivo)
account-session-since = Desde el { $day }. Último uso: { $seen }.
account-session-end = Cerrar la sesión allí
account-sessions-end = Cerrar la sesión en todos los demás
account-device-unknown = Un dispositivo que no conocemos
account-close = Se borran su nombre, su correo y sus llaves de acceso. Las páginas de sus organizaciones quedan como están.

email-confirm-title = ¿Cambiar su correo electrónico?
email-confirm = Su cuenta pasa de { $old } a { $new }. Se cierra la sesión en todos los otros dispositivos.
email-confirm-go = Cambiarlo
email-taken = Esta dirección ya tiene su propia cuenta. No se cambió nada. Entre con ella o use otra dirección.

close-title = Cerrar su cuenta
close-words = Su nombre, su correo, sus llaves de acceso y sus borradores se borran enseguida. No se puede deshacer.
close-places = { $count ->
    [one] Usted tiene un lugar en una organización o aplicación. Su página sigue pública; si nadie más la cuida, se queda sin dueño.
   *[other] Usted tiene un lugar en { $count } organizaciones o aplicaciones. Sus páginas siguen públicas; las que nadie más cuida se quedan sin dueño.
}
close-go = Cerrar mi cuenta ahora
closed-title = Su cuenta está cerrada
closed = Aquí no queda nada de quién es usted, salvo un número en el registro de decisiones.

stop-title = ¿Detener la nueva llave de acceso?
stop-words = Alguien agregó una llave de acceso a una cuenta con solo un enlace por correo. Si eso no está bien, deténgala: la llave se quita y se cierran todas las sesiones de esa cuenta.
stop-go = Detenerla
stopped-title = La nueva llave de acceso se detuvo
stopped = Se quitó, y se cerraron todas las sesiones de esa cuenta. Si otra persona puede leer esos correos, cambie ahora la contraseña del correo.

mail-sign-in-subject = Su enlace para entrar a { $site }
mail-sign-in =
    Alguien pidió un enlace para entrar a { $site } con esta dirección.

    Para entrar, abra esta página y pulse el botón:
    { $address }

    El enlace sirve una sola vez, durante { $minutes } minutos. Si usted no lo pidió, no tiene que hacer nada.
mail-passkey-added-subject = Se agregó una llave de acceso a su cuenta en { $site }
mail-passkey-added =
    Se agregó una llave de acceso a su cuenta en { $site }.

    Si no fue usted, quítela ahora:
    { $address }
mail-waits-subject = Una nueva llave de acceso espera en su cuenta en { $site }
mail-waits =
    Alguien entró a { $site } como { $person } con un enlace y agregó una llave de acceso sin mostrar una de las suyas. Empieza a contar en { $hours } horas.

    Si no fue usted, deténgala ahora y cambie la contraseña de su correo:
    { $address }

    Si fue usted, no tiene que hacer nada.
mail-waits-other-subject = Por favor revise: una nueva llave de acceso en { $site }
mail-waits-other =
    { $person }, que cuida páginas junto con usted en { $site }, dice que perdió sus llaves de acceso y agregó una nueva con solo un enlace. Empieza a contar en { $hours } horas.

    Pregúntele, por teléfono o en persona, si es cierto. Si no lo es, deténgala aquí:
    { $address }
mail-email-new-subject = Confirme su nueva dirección en { $site }
mail-email-new =
    Alguien quiere usar esta dirección para su cuenta en { $site }.

    Si es usted, abra esta página en un dispositivo donde tenga la sesión abierta y pulse el botón:
    { $address }

    El enlace sirve una sola vez, durante una hora. Si no fue usted, no tiene que hacer nada.
mail-email-old-subject = Su dirección en { $site } cambió
mail-email-old =
    El correo electrónico de su cuenta en { $site } cambió. Desde ahora los correos van a la nueva dirección, y los enlaces enviados a esta ya no funcionan.

    Si no fue usted, avise enseguida a quien administra el sitio.
