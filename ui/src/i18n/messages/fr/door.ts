export const door = {
  title: "Ouvrir Studio dans cet onglet",
  text: "Collez le jeton que studio serve affiche dans son terminal. Il ouvre cet onglet seul, pour 12 heures.",
  token: "Jeton",
  open: "Ouvrir",
  wrong: "Ce n’est pas le jeton de ce serveur.",
  goneTitle: "Studio ne répond pas",
  goneText: "Démarrez à nouveau studio serve --page, puis réessayez. Ce qui est affiché ici reste.",
  stillGone: "Studio ne répond toujours pas.",
} as const;
