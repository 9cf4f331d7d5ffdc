# La página de las fuentes.
sources-link = Fuentes
sources-title = De dónde sale la lista
sources-intro = Cada dato que ve aquí lo dijo alguien. Estas son las fuentes, cuánto dice cada una y de cuándo es.
sources-none = Todavía ninguna fuente ha dado nada.
sources-total = { $count ->
    [one] 1 fuente
   *[other] { $count } fuentes
  } con { $rows ->
    [one] 1 fila.
   *[other] { $rows } filas.
  }
sources-failed = { $count ->
    [one] La última vez no pudimos traer 1 fuente. Mientras tanto queda lo que dijo antes.
   *[other] La última vez no pudimos traer { $count } fuentes. Mientras tanto queda lo que dijeron antes.
  }
sources-order = Cuando dos fuentes no coinciden, mostramos lo que dice la que está más arriba.
sources-own-systems = { $count ->
    [one] El sistema propio de 1 organización
   *[other] Los sistemas propios de { $count } organizaciones
  }
sources-by = Publica: { $publisher }
sources-list = Su lista es del
sources-list-none = Todavía no se ha tomado nada de ella
sources-age-today = de hoy
sources-age-days = { $count ->
    [one] de hace 1 día
   *[other] de hace { $count } días
  }
sources-age-months = { $count ->
    [one] de hace 1 mes
   *[other] de hace { $count } meses
  }
sources-age-years = { $count ->
    [one] de hace 1 año
   *[other] de hace { $count } años
  }
sources-rows = Filas
sources-rows-in = { $count ->
    [one] 1 fila está en este directorio
   *[other] { $count } filas están en este directorio
  }
sources-waiting-loads = { $count ->
    [one] 1 lista entera espera a que una persona la mire
   *[other] { $count } listas enteras esperan a que una persona las mire
  }
sources-waiting-doors = { $count ->
    [one] 1 dirección espera a que una persona la mire
   *[other] { $count } direcciones esperan a que una persona las mire
  }
sources-success = Tomada o confirmada por última vez
sources-try = Última consulta
sources-try-loaded = El { $date }. Ya tomamos lo nuevo.
sources-try-unchanged = El { $date }: no había nada nuevo.
sources-try-held = El { $date }: llegó algo que primero debe mirar una persona. Hasta entonces nada cambia.
sources-try-failed = No pudimos traerla el { $date }: { $trouble }
sources-licence = Licencia
sources-address = Dónde se publica
sources-kept-back = { $count ->
    [one] 1 fila o parte de una fila no se publica
   *[other] { $count } filas o partes de filas no se publican
  }
sources-kept-back-help = Parecen equivocadas, privadas o de prueba; por eso no mandamos a nadie allí.
sources-kept-back-more = { $count ->
    [one] 1 más, por otros motivos
   *[other] { $count } más, por otros motivos
  }
tier-0 = Las personas que cuidan este directorio
tier-1 = La propia organización
tier-2 = Lo dice el sistema de la propia organización
tier-3 = Lo dice quien hace el programa
tier-4 = Un archivo del gobierno
tier-5 = Otra lista pública
tier-6 = Lo sugirió un visitante y lo aceptó una persona
tier-7 = Nuestra primera lista
tier-8 = Una lista antigua, guardada como historia
sources-trouble-settings = este sitio no está preparado para traerla.
sources-trouble-refused = su dirección es de las que este sitio no abre.
sources-trouble-no-address = no encontramos su servidor en internet.
sources-trouble-network = su servidor no respondió o se cortó la conexión.
sources-trouble-not-found = quien la publica ya no tiene ningún archivo en esa dirección.
sources-trouble-forbidden = quien la publica no nos la deja tomar.
sources-trouble-server = el servidor de quien la publica tuvo un problema.
sources-trouble-answer = su servidor dio una respuesta que no es un archivo.
sources-trouble-redirects = su dirección da vueltas en círculo.
sources-trouble-web-page = llegó una página web en lugar de una lista.
sources-trouble-too-large = el archivo es más grande de lo que este sitio acepta.
sources-trouble-too-slow = el archivo llegaba demasiado lento.
sources-trouble-disk = no había espacio para guardarla.
sources-trouble-held = primero debe mirarla una persona.
sources-trouble-unreadable = lo que llegó no se pudo leer como lista.
sources-trouble-older = aquí ya hay una lista suya más nueva.
sources-trouble-nothing-to-list = no hay nada en ella que se pueda listar.
sources-trouble-store = en ese momento no se pudo guardar.
