export const errors = {
  retryAt: "Nouvel essai possible {{time}}.",
  incident: "Repère : {{incident}}.",
  startFailed: "L’app ne peut pas démarrer",
  loadFailed: "Impossible d’afficher cet écran",
} as const;
