import type { ProcedureNotes } from "../../notes.ts";

export const settingsProcedures = {
  "auth.admin.settings.get": {
    summary: "Get the instance's settings",
    description: "Returns the settings in effect, whether the environment or a superuser has set them.",
  },
  "auth.admin.settings.update": {
    summary: "Change settings of the instance",
    description: "Omitted settings don't change. The audit log records the change.",
    errors: ["SETTING_FIXED", "SECOND_FACTOR_SETUP_REQUIRED"],
  },
} as const satisfies Record<string, ProcedureNotes>;
