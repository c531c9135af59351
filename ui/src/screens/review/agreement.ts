import type { CandidateView, SentView } from "@/lib/host";

/** Whether a value of the site is what was sent; `untold` where the site does not say. */
export type Agreement = "same" | "different" | "untold";

/** An own item beside what was sent, value by value. */
export function agreement(sent: SentView, candidate: CandidateView): Record<"title" | "price" | "photos", Agreement> {
  return {
    title: verdict(plain(candidate.title) === plain(sent.title)),
    price: candidate.price_cents === null ? "untold" : verdict(candidate.price_cents === sent.price_cents),
    photos: candidate.photos === null ? "untold" : verdict(candidate.photos === sent.photos),
  };
}

function verdict(same: boolean): Agreement {
  return same ? "same" : "different";
}

// The site sets spaces as it likes.
function plain(text: string): string {
  return text.normalize("NFC").replace(/\s+/g, " ").trim();
}
