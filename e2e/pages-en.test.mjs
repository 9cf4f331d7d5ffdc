import { everyPage } from "./every-page.mjs";

everyPage("en");
