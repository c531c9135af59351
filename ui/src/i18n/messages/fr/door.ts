export const door = {
  title: "Ouvrir Studio dans cet onglet",
  text: "Collez le lien que studio serve --page affiche dans son terminal. Il ouvre un seul onglet, dans les dix minutes. Déjà utilisé ou trop vieux ? Relancez studio serve --page : il en affiche un autre.",
  link: "Lien",
  open: "Ouvrir",
  wrong: "Ce lien n’ouvre rien ici : déjà utilisé, trop vieux, ou d’un autre serveur.",
  often: "Trop d’essais. Attendez une minute, puis réessayez.",
  goneTitle: "Studio ne répond pas",
  goneText: "Démarrez à nouveau studio serve --page, puis réessayez. Ce qui est affiché ici reste.",
  stillGone: "Studio ne répond toujours pas.",
  window: "Dans la fenêtre de l’app",
  phone:
    "Laisser entrer un téléphone et régler l’API locale se font dans la fenêtre, ou au terminal : studio serve --phone.",
  backup:
    "Garder tout dans un fichier et le reprendre se font dans la fenêtre, ou au terminal : studio export, studio restore.",
  practises: "Ce serveur s’entraîne. Pour votre vrai compte, relancez-le sans --practice.",
  real: "Ce serveur travaille sur votre compte. Pour vous entraîner, relancez-le avec --practice.",
} as const;
