# Páginas de ayuda.
help-no-operator = (todavía sin nombre)
help-no-contact = (todavía sin dirección)
help-contents = En esta página
help-reviewed = Revisado por última vez el { $date }.
help-not-advice = Información general; no es asesoría legal.
help-title = Ayuda
help-description = Sus derechos, cómo obtener su expediente, cómo cuidarse y quién maneja este sitio. En palabras sencillas y con fuentes.
help-intro = Páginas cortas, en palabras sencillas. Cada una dice cuándo se revisó por última vez.
help-group-rights = Sus derechos
help-group-records = Cómo obtener su expediente
help-group-safe = Para cuidarse
help-group-organizations = Para organizaciones y desarrolladores
help-group-site = Sobre este sitio
help-next = Qué hacer después
help-next-find = Busque el lugar que tiene su expediente
help-next-letter = Haga una carta para pedir su expediente
help-next-all = Todas las páginas de ayuda
