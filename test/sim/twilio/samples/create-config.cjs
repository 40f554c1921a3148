// As the vendor's documents show it for CommonJS; nothing in it knows of a simulator.
const twilio = require("twilio");

const accountSid = process.env.TWILIO_ACCOUNT_SID;
const authToken = process.env.TWILIO_AUTH_TOKEN;
const client = twilio(accountSid, authToken);

async function createAccountConfig() {
  const accountConfig = await client.microvisor.v1.accountConfigs.create({
    key: "key_name",
    value: "value",
  });

  console.log(accountConfig.key);
}

createAccountConfig();
