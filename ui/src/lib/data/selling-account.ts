import { useLocalStorage } from "@mantine/hooks";
import type { AccountView } from "@/lib/host";
import { useAccounts } from "./queries";

/** The account that is used where none was chosen. */
export function standingAccount(accounts: readonly AccountView[]): string | null {
  return (accounts.find(({ name }) => name === "main") ?? accounts[0])?.name ?? null;
}

/**
 * The account that this window publishes on: what was chosen last, as long as it exists. Until the accounts are known
 * nothing may be filled or planned: it would be on an account that nobody sees.
 */
export function useSellingAccount() {
  const { data, isSuccess } = useAccounts();
  const accounts = data ?? [];
  const [kept, choose] = useLocalStorage<string | null>({ key: "selling-account", defaultValue: null });
  const name = accounts.some((each) => each.name === kept) ? kept : standingAccount(accounts);
  return { name, accounts, choose, known: isSuccess };
}
