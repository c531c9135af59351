import {
  ActionIcon,
  Button,
  Checkbox,
  CloseButton,
  Combobox,
  createTheme,
  Drawer,
  Input,
  InputWrapper,
  Kbd,
  Menu,
  Modal,
  Notification,
  Pill,
  PillsInput,
  Popover,
  Progress,
  Radio,
  SegmentedControl,
  Tabs,
  Tooltip,
} from "@mantine/core";
import css from "./controls.module.css";

/** What floats belongs to the main landmark, so that screen readers find it there. */
const portalProps = { target: "#content" };

/** Mantine's controls dressed in the tokens of `tokens.css`. Button variants: default, quiet, link, value, stitched. */
export const theme = createTheme({
  respectReducedMotion: true,
  focusRing: "never", // base.css draws the one focus ring
  cursorType: "default",
  components: {
    Button: Button.extend({
      defaultProps: { variant: "default" },
      classNames: { root: css.button, section: css.section },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: "quiet" },
      classNames: { root: css.actionIcon },
    }),
    Input: Input.extend({ classNames: { wrapper: css.inputWrapper, input: css.input, section: css.inputSection } }),
    InputWrapper: InputWrapper.extend({
      classNames: { label: css.label, description: css.description, error: css.error },
    }),
    CloseButton: CloseButton.extend({ classNames: { root: css.close } }),
    Combobox: Combobox.extend({
      defaultProps: { shadow: "none", transitionProps: { duration: 0 }, portalProps },
      classNames: { dropdown: css.dropdown, option: css.option, empty: css.empty },
    }),
    Radio: Radio.extend({ classNames: { radio: css.radio, icon: css.radioIcon } }),
    PillsInputField: PillsInput.Field.extend({ classNames: { field: css.innerField } }),
    Pill: Pill.extend({ classNames: { root: css.pill } }),
    Popover: Popover.extend({
      defaultProps: { transitionProps: { duration: 0 }, portalProps },
      classNames: { dropdown: css.dropdown },
    }),
    Menu: Menu.extend({
      defaultProps: { transitionProps: { duration: 0 }, portalProps },
      classNames: { dropdown: css.dropdown, item: css.menuItem },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        portalProps,
        openDelay: 350,
        transitionProps: { duration: 0 },
        events: { hover: true, focus: true, touch: false },
      },
      classNames: { tooltip: css.tooltip },
    }),
    Progress: Progress.extend({ classNames: { root: css.progressRoot, section: css.progressSection } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { transitionDuration: 0 },
      classNames: {
        root: css.segmented,
        indicator: css.segmentedIndicator,
        label: css.segmentedLabel,
        control: css.segmentedControl,
      },
    }),
    Kbd: Kbd.extend({ classNames: { root: css.kbd } }),
    Notification: Notification.extend({
      classNames: { root: css.toast, title: css.toastTitle, description: css.toastText },
    }),
    Modal: Modal.extend({
      // Scroll locking writes a style element, which the content security policy forbids; the page itself never scrolls.
      defaultProps: { lockScroll: false, centered: true, transitionProps: { duration: 0 }, portalProps },
      classNames: { inner: css.modalInner, content: css.modal, header: css.modalHeader, title: css.modalTitle },
    }),
    Drawer: Drawer.extend({
      defaultProps: { lockScroll: false, transitionProps: { duration: 0 }, portalProps },
      classNames: { inner: css.modalInner, content: css.drawer, header: css.modalHeader, title: css.modalTitle },
    }),
    Checkbox: Checkbox.extend({ classNames: { input: css.checkbox, icon: css.checkboxIcon } }),
    Tabs: Tabs.extend({ classNames: { list: css.tabs, tab: css.tab } }),
  },
});
