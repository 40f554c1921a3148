const twilio = require("twilio");

const accountSid = process.env.TWILIO_ACCOUNT_SID;
const authToken = process.env.TWILIO_AUTH_TOKEN;
const client = twilio(accountSid, authToken);

async function fetchAccountConfig() {
  const accountConfig = await client.microvisor.v1.accountConfigs("Key_name").fetch();

  console.log(accountConfig.key);
}

fetchAccountConfig();
