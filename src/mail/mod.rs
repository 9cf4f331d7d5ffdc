//! Mails: kept in the store by whoever has something to tell, sent from here.
