"use strict";

const said = document.getElementById("said");

/** Where the address leads: the section behind its `#`, and the token of the link. */
function place() {
  const [name, query] = location.hash.replace(/^#\//, "").split("?");
  const token = new URLSearchParams(query).get("token");
  const section = document.getElementById(name);
  return section && section.tagName === "SECTION" && token ? { name, token } : { name: "home", token: null };
}

/** POST as JSON; what is answered, or an Error with what the problem says to people. */
async function send(path, body, access) {
  const headers = { "Content-Type": "application/json", ...(access && { Authorization: `Bearer ${access}` }) };
  let response;
  try {
    response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), credentials: "omit" });
  } catch {
    throw new Error("The server cannot be reached. Try again in a moment.");
  }
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    const details = (answer?.errors ?? []).map((error) => error.detail);
    const error = new Error([answer?.detail ?? "That did not work.", ...details].join(" "));
    error.type = answer?.type;
    throw error;
  }
  return answer;
}

/** What the button of each form does with its fields and the token; answers what to say. */
const steps = {
  "reset-password": async ({ new_password }, token) => {
    await send("/api/auth/password/reset/confirm/", { token, new_password });
    return "Your new password is set. Log in with it.";
  },
  "confirm-email": async (_, token) => {
    await send("/api/auth/email/confirm/", { token });
    return "Your e-mail address is confirmed.";
  },
  "log-in": async ({ username, password, otp }, token, form) => {
    let access;
    try {
      ({ access } = await send("/api/auth/login/", { username, password, ...(otp && { otp }) }));
    } catch (error) {
      if (error.type === "/problems/otp-required") {
        form.elements.otp.parentElement.hidden = false;
        form.elements.otp.focus();
      }
      throw error;
    }
    const { project, role } = await send("/api/invitations/accept/", { token }, access);
    return `You belong to project ${project} now, as ${role}.`;
  },
  register: async ({ username, email, password }, token) => {
    const { user } = await send("/api/auth/register/", { username, email, password, invitation: token });
    return `The account ${user.username} is open, and belongs to the project.`;
  },
};

function show() {
  for (const section of document.querySelectorAll("section")) {
    section.hidden = section.id !== place().name;
  }
  say("");
}

function say(text, failed = false) {
  said.textContent = text;
  said.className = failed ? "failed" : "";
}

for (const form of document.forms) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const { name, token } = place();
    const fields = Object.fromEntries(new FormData(form));
    button.disabled = true;
    say("One moment …");
    try {
      const done = await steps[form.dataset.step](fields, token, form);
      document.getElementById(name).hidden = true;
      history.replaceState(null, "", location.pathname);
      say(done);
    } catch (error) {
      say(error.message, true);
    } finally {
      button.disabled = false;
    }
  });
}

addEventListener("hashchange", show);
show();
