import type { ProcedureNotes } from "../notes.ts";

export const deviceProcedures = {
  "auth.device.start": {
    summary: "Start the sign-in of a device",
    description:
      "For programs that can't show a sign-in page: show the person `verificationUri` and `userCode`, and then call " +
      "`auth.device.login` until they have approved.",
  },
  "auth.device.login": {
    summary: "Sign a device in",
    description:
      "Call it every `interval` seconds until it returns something other than `DEVICE_PENDING`. After " +
      "`DEVICE_POLLED_TOO_OFTEN`, wait five seconds longer each time.",
    errors: ["DEVICE_PENDING", "DEVICE_POLLED_TOO_OFTEN", "DEVICE_DENIED", "DEVICE_CODE_INVALID"],
  },
  "auth.device.get": {
    summary: "Get a pending device sign-in",
    description: "Show it to the person before they approve or deny it.",
    errors: ["DEVICE_CODE_INVALID"],
  },
  "auth.device.approve": {
    summary: "Let a device sign in to your account",
    description: "The device gets a session of the caller, which can be ended like any other.",
    errors: ["DEVICE_CODE_INVALID"],
  },
  "auth.device.deny": {
    summary: "Deny the sign-in of a device",
    description: "Its code stops working immediately.",
    errors: ["DEVICE_CODE_INVALID"],
  },
} as const satisfies Record<string, ProcedureNotes>;
