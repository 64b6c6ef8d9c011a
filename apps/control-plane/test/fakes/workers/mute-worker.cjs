/** Runs and never opens its link. */
setInterval(() => {}, 1_000);
