// As an ES module: lists page by page, and sees an error as the library's own.
import twilio from "twilio";

const client = twilio(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
const { accountConfigs } = client.microvisor.v1;

const configs = await accountConfigs.list({ pageSize: 2 });
console.log(configs.map(({ key, value }) => `${key}=${value}`).join(" "));
const refused = await accountConfigs("none")
  .fetch()
  .catch((error) => error);
console.log(refused.constructor.name, refused.status, refused.code);
