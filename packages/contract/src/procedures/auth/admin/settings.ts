import type { ProcedureNotes } from "../../notes.ts";

export const settingsProcedures = {
  "auth.admin.settings.get": {
    summary: "Get the instance's settings",
    description: "As they are in force, whether the environment or a superuser sets them.",
  },
  "auth.admin.settings.update": {
    summary: "Change settings of the instance",
    description: "Settings that are not sent stay. The audit log records the change.",
    errors: ["SETTING_FIXED", "SECOND_FACTOR_SETUP_REQUIRED"],
  },
} as const satisfies Record<string, ProcedureNotes>;
