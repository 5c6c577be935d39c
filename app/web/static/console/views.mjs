// The pages of a business's console, by their names in the address.

import { businessActs } from "./acts.mjs";
import { businessCommunities } from "./communities.mjs";
import { businessCommunity } from "./community.mjs";
import { businessOffer } from "./offer.mjs";
import { businessOffers } from "./offers.mjs";
import { businessReturn } from "./returns.mjs";
import { businessStands } from "./stands.mjs";
import { businessTill } from "./till.mjs";
import { webhook } from "./webhook.mjs";
import { webhooks } from "./webhooks.mjs";

export const CONSOLE = {
  "business-offers": businessOffers,
  "business-offer": businessOffer,
  "business-return": businessReturn,
  "business-stands": businessStands,
  "business-communities": businessCommunities,
  "business-community": businessCommunity,
  "business-till": businessTill,
  webhooks,
  webhook,
  "business-acts": businessActs,
};
/** Beside which the map is shown on a phone as well. */
export const CONSOLE_ON_THE_MAP = ["business-offer", "business-stands"];
