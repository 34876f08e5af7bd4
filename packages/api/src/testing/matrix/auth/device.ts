import type { MatrixFixture, Rows } from "../fixture.ts";

const startDevice = async ({ app }: MatrixFixture) => {
  const { userCode } = await app.as().auth.device.start();
  return { userCode };
};

export const deviceRows: Rows = {
  "auth.device.start": () => ({ clientName: "A tool" }),
  "auth.device.login": async ({ app, people }) => {
    const { userCode, deviceCode } = await app.as().auth.device.start();
    await people.owner.client.auth.device.approve({ userCode });
    return { deviceCode };
  },
  "auth.device.get": startDevice,
  "auth.device.approve": startDevice,
  "auth.device.deny": startDevice,
};
