edit-mail-delegate-subject = Se envió un cambio de { $name } en su nombre
edit-mail-delegate = Alguien que edita { $name } en su nombre envió un cambio. Se publicará en 2 días como muy pronto. Si es correcto, no tiene que hacer nada, salvo que la página le pida confirmarlo. Si no lo es, rechácelo aquí: { $address }
