import { copyProblemReport } from "../lib/problem-report.ts";
import { showToast } from "./toast.ts";

/** Copies a problem report, and says so. @param shown The error that the person sees, if any. */
export function reportProblem(shown?: Error): void {
  copyProblemReport(shown).then(
    () => showToast("Problem report copied. Paste it into a message to your administrator."),
    () => showToast("Couldn't copy the problem report. Allow access to the clipboard and try again."),
  );
}
