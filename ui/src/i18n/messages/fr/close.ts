export const close = {
  title: "Quitter, ou continuer sans la fenêtre ?",
  waiting_one: "{{count}} annonce attend dans la file. Elle ne part que tant que l’application reste ouverte.",
  waiting_other:
    "{{count}} annonces attendent dans la file. Elles ne partent que tant que l’application reste ouverte.",
  nothing: "Ce bureau n’a pas de zone de notification : réduite, la fenêtre reste dans la barre des tâches.",
  quit: "Quitter",
  minimise: "Réduire la fenêtre",
} as const;
