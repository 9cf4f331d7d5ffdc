apps-title = Apps for your records
apps-intro = These apps can take in your health records, so that you have them in one place.
apps-not-endorsed = Listed does not mean endorsed. We have not tested these apps for safety or privacy. No money changes hands, in either direction.
apps-read-policy = Read the privacy policy before you use one.
apps-what-to-ask = What to ask before you use an app
apps-none = No current app is listed here yet.
apps-older = { $count ->
    [one] 1 older app, kept as history
   *[other] { $count } older apps, kept as history
  }
apps-older-help = They were listed in the past. We do not know whether they still work or what data they take in.
apps-all = All apps
app-title = { $name }: an app for your records
app-by = By { $publisher }
app-takes-in = Takes in:
app-data = Data it takes in
app-data-not-known = Not known
app-platforms = Works on
app-not-known = Not known
app-privacy-policy = Privacy policy
app-no-privacy-policy = We know of none. Ask before you use this app.
app-website = Website
app-app-store = Apple App Store
app-google-play = Google Play
app-opens = Open { $domain }
app-address-old = (old address, not checked)
app-is-history = This app is kept as history. We do not know whether it still works.
platform-ios = iPhone and iPad
platform-android = Android
platform-web = Web
platform-desktop = Computer
