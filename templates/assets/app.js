// Everything here is an addition: each page works when this file never arrives.
import { Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink, createAll } from "govuk-frontend";
import { SortableTable } from "@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs";
import { keepSaved } from "./js/autosave.js";
import { askAsAnswered } from "./js/conditions.js";
import { runDown } from "./js/closing.js";
import { confirmLeaving } from "./js/leaving.js";
import { copyButtons, printButtons } from "./js/buttons.js";
import { plainRegions } from "./js/regions.js";

for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink, SortableTable]) {
  createAll(component);
}
document.querySelectorAll("form[data-autosave]").forEach(keepSaved);
document.querySelectorAll("[data-closes-at]").forEach(runDown);
document.querySelectorAll("form[data-confirm-leave]").forEach(confirmLeaving);
printButtons(document);
copyButtons(document);
document.querySelectorAll("form").forEach(askAsAnswered);
plainRegions(document);
