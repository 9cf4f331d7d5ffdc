apps-title = Apps para su expediente
apps-intro = Estas apps pueden recibir su expediente médico, para que lo tenga en un solo lugar.
apps-not-endorsed = Estar en la lista no es una recomendación. No hemos probado si estas apps son seguras o privadas. Nadie paga a nadie por estar aquí.
apps-read-policy = Lea la política de privacidad antes de usar una.
apps-what-to-ask = Qué preguntar antes de usar una app
apps-none = Todavía no hay ninguna app actual en la lista.
apps-older = { $count ->
    [one] 1 app antigua, guardada como historia
   *[other] { $count } apps antiguas, guardadas como historia
  }
apps-older-help = Estuvieron en la lista en el pasado. No sabemos si todavía funcionan ni qué datos reciben.
apps-all = Todas las apps
app-title = { $name }: una app para su expediente
app-by = De { $publisher }
app-takes-in = Recibe:
app-data = Datos que recibe
app-data-not-known = No se sabe
app-platforms = Funciona en
app-not-known = No se sabe
app-privacy-policy = Política de privacidad
app-no-privacy-policy = No sabemos de ninguna. Pregunte antes de usar esta app.
app-website = Sitio web
app-app-store = App Store de Apple
app-google-play = Google Play
app-opens = Abrir { $domain }
app-address-old = (dirección antigua, sin comprobar)
app-is-history = Esta app se guarda como historia. No sabemos si todavía funciona.
platform-ios = iPhone y iPad
platform-android = Android
platform-web = Internet
platform-desktop = Computadora
