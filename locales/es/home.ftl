home-title = Encuentre su expediente médico
home-kinds = Tipos de lugares
home-what-title = Qué es este sitio
home-what-1 = Muchos lugares guardan partes de su expediente: hospitales, médicos, seguros, farmacias y laboratorios.
home-what-2 = Le mostramos por dónde se entra en cada uno: su sitio web, su acceso para apps o cómo pedirlo en papel.
home-what-3 = Es gratis, sin registrarse, y nunca vemos su expediente.
home-listed = { $count ->
    [one] Hay 1 lugar en la lista con una puerta o un servicio en internet.
   *[other] Hay { $count } lugares en la lista con una puerta o un servicio en internet.
  }
home-known = { $count ->
    [one] Conocemos 1 más sin eso todavía.
   *[other] Conocemos { $count } más sin eso todavía.
  }
home-uses = Para qué sirve tener su expediente
home-use-check = Revisarlo.
home-use-check-more = Encuentre errores en sus medicinas, alergias o antecedentes y pida que los corrijan.
home-use-share = Compartirlo.
home-use-share-more = Muéstrele a un médico nuevo, o a quien lo cuida, lo que ya se hizo.
home-use-keep = Guardarlo.
home-use-keep-more = Tenga a mano sus resultados y vacunas en una emergencia o si se muda.
home-use-apps = Usarlo en una app.
home-use-apps-more = Junte lo que tienen varios lugares.
home-apps-link = Vea las apps
home-rights = La ley le permite ver su expediente y recibir una copia.
home-state = Vea todos los lugares en { $state }
home-places = ¿Más de un lugar? Haga una lista e imprímala.
home-places-link = Mis lugares
