import { TextInput } from "@mantine/core";
import { MagnifyingGlassIcon } from "@phosphor-icons/react/MagnifyingGlass";

interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** What is searched for, shown while nothing is typed. */
  placeholder: string;
  /** For a screen reader. */
  label: string;
  className?: string;
}

/** The field above a list in which one searches as one types. */
export function SearchField({ value, onChange, placeholder, label, className }: SearchFieldProps) {
  return (
    <TextInput
      className={className}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      placeholder={placeholder}
      aria-label={label}
      leftSection={<MagnifyingGlassIcon size={16} aria-hidden />}
      type="search"
    />
  );
}
