# Listas por estado, tipo y portal.
browse-title = Todos los lugares
browse-lead = Aquí está cada lugar de la lista, sin tener que buscar. Elija un estado, un tipo de lugar o la empresa de su portal. Un portal es un sitio web donde usted entra para ver su expediente.
browse-lead-state = Lugares que están en este estado o que lo atienden. Si un lugar es de varios tipos, aparece en cada uno.
browse-lead-us = Lugares que atienden a todo el país.
browse-lead-nowhere = Ninguna lista nos dice dónde están estos lugares.
browse-lead-kind = Elija un estado. Si un lugar está en varios estados, aparece en cada uno.
browse-lead-vendors = Un portal es un sitio web donde usted entra para ver su expediente. Muchos lugares usan el portal de una misma empresa, o las apps se conectan por medio de ella.
browse-lead-vendor = Estos lugares tienen una página para entrar que por su nombre o su dirección muestra que es { $name }, o dejan que las apps se conecten por medio de { $developer }. Que las apps se conecten ahí no prueba qué portal verá usted.
browse-lead-vendor-other = Estos lugares tienen una página para entrar, pero su nombre y su dirección no muestran quién la hace.
browse-by-state = Por estado
browse-by-kind = Por tipo de lugar
browse-by-vendor = Por la empresa del portal
browse-all-vendors = Ver todas las empresas
browse-vendors-title = Empresas de portales
browse-vendors-list = Las empresas y sus portales
browse-vendor = { $developer } ({ $name })
browse-vendor-other = Otros portales
browse-vendor-count = { $portals ->
    [one] 1 página para entrar
   *[other] { $portals } páginas para entrar
  } · { $apps } solo con acceso para apps
browse-nowhere = Estado desconocido
browse-legend = “En internet” quiere decir que conocemos una puerta o un servicio en internet. “Todavía no” quiere decir que conocemos el lugar, pero ninguna puerta en internet hasta ahora.
browse-count = { $all ->
    [one] 1 lugar
   *[other] { $all } lugares
  }: { $listed } en internet, { $known } todavía no.
browse-counts = { $known ->
    [0] { $listed } en internet
   *[other] { $listed } en internet, { $known } todavía no
  }
browse-empty = Todavía no conocemos ningún lugar aquí.
browse-trail = Usted está aquí
browse-title-in = { $what } en { $state }
browse-title-us = { $what }, todo el país
browse-title-nowhere = { $what }, estado desconocido
browse-title-page = { $title }, página { $page }
browse-page-of = Esta es la página { $page } de { $pages }.
browse-letters = Ir a una letra
browse-digits = Números y signos
browse-no-door = Todavía no conocemos una puerta en internet
browse-has-portal = Su página para entrar
browse-has-apps = Solo acceso para apps
browse-to-available = Ver qué hay disponible en { $state }
browse-to-available-kind = Ver qué hay disponible en cada estado
browse-to-us = Ver los lugares que atienden a todo el país
