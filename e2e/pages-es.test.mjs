import { everyPage } from "./every-page.mjs";

everyPage("es");
