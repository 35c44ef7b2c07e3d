// What a client writes by hand against the generated types: no member is demanded that the API does not need.
import type { components } from "./types";

type Schemas = components["schemas"];

export const submission: Schemas["TicketCreate"] = {
  customer_id: "agency-17",
  channel: "telegram",
  chat_id: "-1001234567890",
  text: "The export stopped after the update.",
};

export const preview: Schemas["DecisionPreviewCreate"] = {
  customer_id: "agency-17",
  submission: { channel: "telegram", chat_id: "-1001234567890" },
};

export const customer: Schemas["CustomerUpdate"] = { name: "New Home", licence: "rental" };

export function clausesOf(problem: Schemas["Problem"]): string[] {
  if (problem.code !== "not_registered") return [];
  return (problem.decision?.reasons ?? []).map((reason) => reason.clause);
}

// @ts-expect-error The codes are an enum: a code that does not exist is refused.
export const misspelt: Schemas["Problem"]["code"] = "not_registred";
