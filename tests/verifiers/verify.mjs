// Verifies deliveries (JSON on stdin) with libraries that others wrote, and tells what each says (JSON on stdout).
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { Webhooks } from "@octokit/webhooks";
import { HTTP } from "cloudevents";

function standard(secret, body, headers) {
  try {
    const key = secret.startsWith("whsec_") ? secret : "whsec_" + Buffer.from(secret).toString("base64");
    new Webhook(key).verify(body, headers);
    return true;
  } catch (error) {
    return String(error);
  }
}

const told = [];
for (const { format, headers, body, secrets } of JSON.parse(readFileSync(0, "utf8"))) {
  const text = Buffer.from(body, "base64").toString("utf8");
  const results = secrets.map((secret) => standard(secret, text, headers));
  told.push({
    format,
    standardwebhooks: results.every((one) => one === true) || results,
    octokit: await new Webhooks({ secret: secrets[0] }).verify(text, headers["x-hub-signature-256"]),
    tampered: standard(secrets[0], text + " ", headers) === true,
    cloudevent: format === "cloudevents" ? HTTP.toEvent({ headers, body: text }).type : null,
  });
}
process.stdout.write(JSON.stringify(told));
