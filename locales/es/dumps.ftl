# La página de los archivos de cada noche.
dumps-title = Todo el directorio en archivos
dumps-up = Para desarrolladores
dumps-intro = Todo lo que aquí es público, escrito en archivos cada noche. Gratis, sin clave y sin límite.
dumps-none = Todavía no hay ninguna noche. La primera se escribe poco después de que arranca el programa.
dumps-time = Una noche nueva se escribe a las { $time } UTC. La dirección /data/latest/ con el nombre de un archivo lleva a la más nueva.
dumps-night = La noche del { $date }
dumps-counts = { $organizations ->
    [one] 1 lugar,
   *[other] { $organizations } lugares,
  } { $listed } de ellos con una puerta o un servicio.
dumps-revision = Llega hasta el cambio { $revision }; de ahí sigue la lista de cambios.
dumps-col-file = Archivo
dumps-col-what = Qué es
dumps-col-rows = Filas
dumps-col-size = Tamaño
dumps-size = { $kb } kB
dumps-packed = Los archivos que terminan en .zst están comprimidos con zstd. La segunda dirección da el mismo archivo sin comprimir.
dumps-format-ndjson = Un objeto JSON por línea, con quién dice cada dato
dumps-format-changes = Lo que cambió desde la noche anterior
dumps-format-csv = Tabla, también para hojas de cálculo
dumps-format-parquet = Tabla en Apache Parquet
dumps-format-sqlite = Todas las tablas en una base de datos SQLite
dumps-format-fhir = Recursos FHIR R4, uno por línea
dumps-format-bundle = Recursos FHIR R4 en un solo Bundle
dumps-format-brands = SMART User-access Brands en un solo Bundle
dumps-verify = ¿Llegó completo?
dumps-verify-text = El manifiesto da de cada archivo el tamaño, el número de filas y el SHA-256. Compárelos, o deje que lo haga el programa:
dumps-folder = CARPETA
dumps-recalls = Cuando una dirección resulta peligrosa, se quita también de los archivos guardados. Hasta entonces no se entregan, y el manifiesto dice qué cambió. Por eso, vuelva a pedir el manifiesto de vez en cuando.
dumps-nights = Noches que se guardan
dumps-notices = { $count ->
    [one] 1 aviso de un cambio.
   *[other] { $count } avisos de cambios.
  }
dumps-terms = Condiciones
dumps-terms-text = Lo nuestro es de dominio público (CC0 1.0): la selección, las coincidencias, los números y la forma. Cada dato sigue bajo las condiciones de la fuente que lo dice; el manifiesto las da todas.
dumps-dictionary = Qué quiere decir cada campo: el diccionario de datos
