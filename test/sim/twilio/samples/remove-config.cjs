const twilio = require("twilio");

const accountSid = process.env.TWILIO_ACCOUNT_SID;
const authToken = process.env.TWILIO_AUTH_TOKEN;
const client = twilio(accountSid, authToken);

async function deleteAccountConfig() {
  await client.microvisor.v1.accountConfigs("key_name").remove();
}

deleteAccountConfig();
