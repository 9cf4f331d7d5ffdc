# Qué hay disponible hoy.
available-title = Qué hay disponible hoy
available-all-kinds = Todos los lugares
available-all-states = Todos los estados
available-what = Qué se puede hacer
available-show = Mostrar
available-see = Ver el expediente en internet
available-save = Guardar una copia
available-send = Enviar el expediente a alguien o a una app
available-apps = Conectar una app
available-finding-see = { $of }: usted puede ver su expediente en internet en { $yes } de los { $total } que tenemos en la lista
available-finding-save = { $of }: usted puede guardar una copia en { $yes } de los { $total } que tenemos en la lista
available-finding-send = { $of }: usted puede enviar su expediente en { $yes } de los { $total } que tenemos en la lista
available-finding-apps = { $of }: las apps pueden conectarse en { $yes } de los { $total } que tenemos en la lista
available-finding-nobody = { $of }: todavía no tenemos ninguno en la lista
available-caption = { $kinds }: { $feature }.
available-map = Cada cuadro es un estado. El número es la parte de los lugares de la lista de los que una fuente dice que sí.
available-step-none = ninguno en la lista
available-menu = Una por una
available-menu-caption = { $kinds }: lo que ofrecen en todos los estados juntos.
available-silent = { $count ->
    [one] De 1 cosa más ninguna lista nos dice nada.
   *[other] De { $count } cosas más ninguna lista nos dice nada.
  }
available-col-listed = En la lista
available-col-yes = Sí
available-col-planned = Pronto
available-col-no = No
available-col-not-known = No se sabe
available-col-known = Sin puerta aún
available-col-share = Parte de sí
available-how = Cómo contamos
available-how-who = Contamos los lugares de este directorio, no todos los que existen. “En la lista” cuenta los lugares con una puerta o un servicio en internet. “Sin puerta aún” cuenta los lugares que conocemos sin eso. No son parte de los otros números.
available-how-not-known = “No se sabe” quiere decir que ninguna lista nos lo dice. No quiere decir que no.
available-how-twice = Un lugar en dos estados cuenta en los dos, y un lugar de dos tipos cuenta en los dos. “Todos” cuenta cada lugar una vez.
available-counted = Contado el { $date }.
available-sources = De estas listas: { $sources }.
available-more-sources = { $count ->
    [one] 1 más
   *[other] { $count } más
  }
available-csv = Descargar todos los números en una tabla (CSV)
available-to-browse = Ver los lugares: { $state }
