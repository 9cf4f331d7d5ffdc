# La página donde quien publica revisa una lista de marcas.
brands-check-title = Revise una lista de marcas
brands-check-intro = ¿Publica una lista de marcas y direcciones FHIR (SMART User-access Brands, o una lista de direcciones base de HTI-1)? Súbala aquí. Leerá con palabras sencillas qué está mal, dónde y cómo arreglarlo.
brands-check-private = Nada de lo que envía se guarda ni se muestra a nadie más.
brands-check-file = Archivo
brands-check-file-hint = Un Bundle de FHIR en JSON, de { $size } MB como máximo.
brands-check-text = O péguela
brands-check-text-hint = El Bundle entero, de la primera llave a la última.
brands-check-send = Revisar
brands-check-command = Para archivos más grandes, o una lista que está en una dirección, hay una orden:
brands-check-nothing = Elija un archivo o pegue un Bundle.
brands-check-foreign = Este formulario vino de otro sitio. Envíelo desde aquí.
brands-check-busy = Desde su red se revisaron demasiadas listas. Espere { $minutes } minutos o use la orden.
brands-check-unreadable = No se pudo leer lo que se envió. Inténtelo otra vez.
brands-check-problem = Revise esto
brands-check-good = Esta lista está bien
brands-check-bad = { $count ->
    [one] 1 error que arreglar
   *[other] { $count } errores que arreglar
}
brands-check-no-errors = Sin errores, con consejos
brands-check-counted = { $brands ->
    [one] 1 organización
   *[other] { $brands } organizaciones
}, { $endpoints ->
    [one] 1 dirección FHIR
   *[other] { $endpoints } direcciones FHIR
}.
brands-check-warnings = { $count ->
    [one] 1 aviso
   *[other] { $count } avisos
}
brands-check-notes = { $count ->
    [one] 1 nota
   *[other] { $count } notas
}
brands-check-error = Error
brands-check-warning = Aviso
brands-check-note = Nota
brands-check-mend = Para arreglarlo:
brands-check-where = Dónde
brands-check-times = { $count ->
    [one] una vez
   *[other] { $count } veces
}
brands-check-entry = Entrada { $number }
brands-check-more = { $count ->
    [one] y 1 más
   *[other] y { $count } más
}
brands-check-again = Revisar otra lista

# Qué está mal.
brands-rule-too-large = El archivo es demasiado grande para revisarlo aquí.
brands-rule-not-json = El archivo no es JSON: { $value }.
brands-rule-too-deep = El archivo tiene muchos más niveles que cualquier Bundle.
brands-rule-not-a-bundle = Esto no es un Bundle de FHIR.
brands-rule-bundle-type = El tipo del Bundle no es “collection”.
brands-rule-timestamp-missing = El Bundle no tiene timestamp.
brands-rule-timestamp-bad = El timestamp “{ $value }” no es una fecha con hora y zona horaria.
brands-rule-timestamp-future = El timestamp { $value } está en el futuro.
brands-rule-timestamp-old = El timestamp { $value } es anterior a la revisión trimestral.
brands-rule-meta-last-updated = El Bundle tiene meta, pero no meta.lastUpdated.
brands-rule-total-given = El Bundle tiene total; solo los resultados de búsqueda pueden tenerlo.
brands-rule-search-given = La entrada tiene datos de búsqueda; solo los resultados de búsqueda pueden tenerlos.
brands-rule-no-entries = El Bundle no tiene entradas.
brands-rule-entry-unreadable = La entrada no tiene un recurso que se pueda leer.
brands-rule-other-resource = Hay un recurso de tipo “{ $value }” entre las marcas.
brands-rule-id-missing = El recurso no tiene id.
brands-rule-id-bad = FHIR no permite el id “{ $value }”.
brands-rule-id-prefix = El id de otra dirección FHIR, “{ $value }”, es el comienzo de este.
brands-rule-full-url-missing = La entrada no tiene fullUrl.
brands-rule-full-url-relative = El fullUrl “{ $value }” no es absoluto.
brands-rule-full-url-versioned = El fullUrl “{ $value }” nombra una versión.
brands-rule-full-url-twice = El fullUrl “{ $value }” está más de una vez en el Bundle.
brands-rule-full-url-other-id = El fullUrl “{ $value }” no termina con el id del recurso.
brands-rule-last-updated-missing = El recurso no dice cuándo cambió por última vez.
brands-rule-name-missing = La organización no tiene nombre.
brands-rule-test-name = Parece una prueba, no una organización: { $value }.
brands-rule-inactive = La organización está marcada como no activa.
brands-rule-telecom-count = La organización tiene { $value } telecom; debe tener exactamente uno, su sitio web.
brands-rule-telecom-not-url = El system del telecom es “{ $value }”, no “url”.
brands-rule-telecom-no-value = El telecom no tiene valor.
brands-rule-absent-reason = “{ $value }” no vale como razón de un valor que falta.
brands-rule-address-unsafe = No se puede enviar a personas ni aplicaciones a esta dirección: { $value }.
brands-rule-address-http = La dirección { $value } no va cifrada.
brands-rule-category-missing = La organización no tiene categoría.
brands-rule-category-unknown = “{ $value }” no es una de las siete categorías.
brands-rule-category-system = La categoría es correcta, pero su system es “{ $value }”.
brands-rule-identifier-web-missing = Ningún identificador es la dirección web de la organización.
brands-rule-identifier-web-form = La dirección web “{ $value }” no está escrita como identificador.
brands-rule-identifier-no-value = Un identificador no tiene valor.
brands-rule-identifier-no-system = El identificador “{ $value }” no dice quién lo dio.
brands-rule-identifier-shared = Otra organización también tiene el identificador “{ $value }”.
brands-rule-use-home = Una organización no puede tener dirección ni telecom de tipo “home”.
brands-rule-country = El país “{ $value }” no es un código de dos letras.
brands-rule-part-unknown = La extensión no tiene ninguna parte llamada “{ $value }”.
brands-rule-part-twice = La parte “{ $value }” está aquí más de una vez.
brands-rule-part-type = Una parte de la extensión no tiene un solo valor de su tipo ({ $value }).
brands-rule-portal-empty = Un portal no dice nada.
brands-rule-portal-no-url = Un portal no tiene dirección.
brands-rule-logo-large = Un logotipo dentro de la lista tiene { $value } caracteres.
brands-rule-description-html = La descripción de un portal contiene HTML.
brands-rule-uab-1 = El portal nombra la dirección FHIR “{ $value }”, pero la organización no la incluye.
brands-rule-reference-empty = Una referencia está vacía.
brands-rule-reference-unresolved = “{ $value }” no está en el Bundle.
brands-rule-reference-loose = “{ $value }” se encuentra solo por su tipo e id, no por su fullUrl.
brands-rule-part-of-deep = Es parte de “{ $value }”, que a su vez es una parte.
brands-rule-part-of-circle = Es parte de sí misma, a través de otras.
brands-rule-hti-identifier = La organización no tiene identificador de centro.
brands-rule-hti-location = La organización no tiene dirección postal.
brands-rule-hti-endpoint = Ni la organización ni aquella de la que es parte tienen dirección FHIR.
brands-rule-endpoint-status = El estado “{ $value }” no es uno de los de FHIR.
brands-rule-endpoint-not-active = El estado de la dirección FHIR es “{ $value }”.
brands-rule-connection-type = El tipo de conexión es “{ $value }”, no FHIR por REST.
brands-rule-version-missing = La dirección FHIR no dice su versión de FHIR.
brands-rule-version-unknown = “{ $value }” no es una versión de FHIR.
brands-rule-contact-missing = La dirección FHIR no tiene contacto.
brands-rule-configuration-url = Ningún contacto es una dirección https para desarrolladores.
brands-rule-payload-type = El payloadType debe ser “none”, una sola vez.
brands-rule-endpoint-address-missing = Falta la dirección (address).
brands-rule-endpoint-orphan = Ninguna organización incluye esta dirección FHIR.
brands-rule-endpoint-twice = Otro Endpoint también tiene la dirección { $value }.

# Cómo arreglarlo.
brands-mend-too-large = Revíselo con la orden, que acepta archivos más grandes.
brands-mend-not-json = Mire el lugar que indica; el archivo puede estar cortado o ser una página web.
brands-mend-too-deep = Escriba los recursos solo con los niveles que muestran los perfiles.
brands-mend-not-a-bundle = Ponga todo en un solo recurso de tipo Bundle.
brands-mend-bundle-type = Ponga “collection” en type.
brands-mend-timestamp-missing = Añada timestamp: cuándo cambió el contenido por última vez.
brands-mend-timestamp-bad = Escríbalo como 2026-11-26T08:00:00Z.
brands-mend-timestamp-future = Ponga cuándo cambió el contenido por última vez.
brands-mend-timestamp-old = Repase la lista al menos cada trimestre, y diga cuándo.
brands-mend-meta-last-updated = Añada meta.lastUpdated, o quite meta.
brands-mend-total-given = Quite total.
brands-mend-search-given = Quite search.
brands-mend-no-entries = Añada una Organization por cada marca y un Endpoint por cada dirección FHIR.
brands-mend-entry-unreadable = Dé a cada entrada un recurso que sea un objeto.
brands-mend-other-resource = Deje solo Organization y Endpoint.
brands-mend-id-missing = Dele un id que nunca cambie.
brands-mend-id-bad = Use hasta 64 letras, cifras, guiones y puntos.
brands-mend-id-prefix = Elija id de la misma longitud; un programa de pruebas los busca dentro de las referencias.
brands-mend-full-url-missing = Dé a cada entrada un fullUrl absoluto; las referencias lo necesitan.
brands-mend-full-url-relative = Empiécelo con https:// o urn:uuid:.
brands-mend-full-url-versioned = Quite /_history y lo que sigue.
brands-mend-full-url-twice = Deje una de las entradas, o dé a la otra una dirección propia.
brands-mend-full-url-other-id = Haga que el fullUrl termine con Organization/ o Endpoint/ y el id.
brands-mend-last-updated-missing = Añada meta.lastUpdated si lo sabe.
brands-mend-name-missing = Añada el nombre que conocen los pacientes.
brands-mend-test-name = Quite las pruebas de la lista publicada.
brands-mend-inactive = Incluya solo organizaciones que los pacientes puedan usar.
brands-mend-telecom-count = Deje un telecom con system “url” y el sitio web público; un teléfono no cabe aquí.
brands-mend-telecom-not-url = Ponga “url” en system.
brands-mend-telecom-no-value = Añada la dirección del sitio web público.
brands-mend-absent-reason = Solo valen asked-declined y asked-unknown, y solo si usted preguntó.
brands-mend-address-unsafe = Dé una dirección https entera con un nombre público.
brands-mend-address-http = Use la dirección https.
brands-mend-category-missing = Añada un type con uno de estos: prov, ins, laboratory, imaging, pharmacy, health-information-network, health-data-aggregator.
brands-mend-category-unknown = Añada uno de estos: prov, ins, laboratory, imaging, pharmacy, health-information-network, health-data-aggregator.
brands-mend-category-system = Use http://terminology.hl7.org/CodeSystem/organization-type.
brands-mend-identifier-web-missing = Añada un identificador con system urn:ietf:rfc:3986 y un valor como https://example.org.
brands-mend-identifier-web-form = Escriba https, el nombre sin www. y nada detrás.
brands-mend-identifier-no-value = Añada el valor o quite el identificador.
brands-mend-identifier-no-system = Añada system: la dirección de quien dio el número.
brands-mend-identifier-shared = Dé a cada marca un identificador solo suyo; smart-configuration debe nombrar exactamente una marca.
brands-mend-use-home = Quite use, o ponga “work”.
brands-mend-country = Escríbalo como US.
brands-mend-part-unknown = Revise cómo está escrito, o quítelo.
brands-mend-part-twice = Deje una; para otro portal añada otra extensión.
brands-mend-part-type = Dele exactamente un valor, del tipo que nombra el estándar.
brands-mend-portal-empty = Añada su nombre y dirección, o quítelo.
brands-mend-portal-no-url = Añada portalUrl: donde entran los pacientes.
brands-mend-logo-large = Publique el logotipo en una dirección propia.
brands-mend-description-html = Escríbala como texto o Markdown.
brands-mend-uab-1 = Añada la misma referencia, escrita igual, a Organization.endpoint.
brands-mend-reference-empty = Añada la referencia o quite el elemento.
brands-mend-reference-unresolved = Añada la entrada, o escriba la referencia como su fullUrl: absoluta, relativa al mismo servidor, o urn:uuid.
brands-mend-reference-loose = Escriba el fullUrl de la entrada, o una referencia relativa bajo la misma dirección.
brands-mend-part-of-deep = Haga que sea parte de la organización superior; se permiten dos niveles.
brands-mend-part-of-circle = Quite partOf de la organización superior.
brands-mend-hti-identifier = Añada un NPI, CCN, CLIA u otro número del sistema de salud.
brands-mend-hti-location = Añada al menos la ciudad y el estado.
brands-mend-hti-endpoint = Incluya su dirección FHIR, o nombre con partOf la organización que la tiene.
brands-mend-endpoint-status = Use active, suspended, error, off, entered-in-error o test.
brands-mend-endpoint-not-active = Los lectores la dejan fuera; quítela si ya no existe.
brands-mend-connection-type = Use hl7-fhir-rest de http://terminology.hl7.org/CodeSystem/endpoint-connection-type.
brands-mend-version-missing = Añada la extensión endpoint-fhir-version con un código como 4.0.1.
brands-mend-version-unknown = Use el número, como 4.0.1; no R4.
brands-mend-contact-missing = Añada un contacto con system “url” y una página https para desarrolladores.
brands-mend-configuration-url = Añada un contacto con system “url” y una página https para desarrolladores.
brands-mend-payload-type = Use uno: none de http://terminology.hl7.org/CodeSystem/endpoint-payload-type.
brands-mend-endpoint-address-missing = Añada la dirección base de FHIR.
brands-mend-endpoint-orphan = Inclúyala en endpoint de una marca.
brands-mend-endpoint-twice = Haga que todas las marcas remitan a un solo Endpoint.
