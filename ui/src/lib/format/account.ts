import type { AccountView } from "@/lib/host";

/** What an account is called wherever it is shown: its name on the site once seen, else the one it was given here. */
export function accountName({ username, name }: AccountView): string {
  return username ?? name;
}

/** The same for an account that is told of by the name it was given here. */
export function nameOfAccount(given: string, accounts: readonly AccountView[]): string {
  const account = accounts.find((each) => each.name === given);
  return account ? accountName(account) : given;
}
