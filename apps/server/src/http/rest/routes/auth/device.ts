import { deviceAuthorizationResponse, signedInResponse } from "../../oauth.ts";
import type { Routes } from "../../route.ts";

export const deviceRoutes = {
  "auth.device.start": {
    addresses: ["POST /auth/device-authorization"],
    description:
      "The device authorization endpoint of RFC 8628. Also accepts the standard's form, with the program's name as " +
      "`client_id`.",
    outputSchema: deviceAuthorizationResponse,
    oauth: "device_authorization",
  },
  "auth.device.login": {
    addresses: ["POST /auth/device-token"],
    description: "Also accepts the device code grant of OAuth 2, as `/auth/token` does.",
    omittedFields: ["refreshTokenDelivery"],
    outputSchema: signedInResponse,
    oauth: "urn:ietf:params:oauth:grant-type:device_code",
  },
  "auth.device.get": { addresses: ["GET /auth/devices/{userCode}"] },
  "auth.device.approve": { addresses: ["POST /auth/devices/{userCode}/approve"] },
  "auth.device.deny": { addresses: ["POST /auth/devices/{userCode}/deny"] },
} satisfies Partial<Routes>;
