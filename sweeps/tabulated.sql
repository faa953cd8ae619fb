SELECT config ->> '$."model.latent"' AS latent, config ->> '$."model.hidden"[0][0]' AS hidden,
  config ->> '$."train.optimizer.adam.lr"' AS lr, config ->> '$."objective.bound"' AS bound, config ->> '$."objective.k"' AS k,
  config ->> '$."model.batch_norm"' AS batch_norm, config ->> '$."objective.warmup_epochs"' AS warmup,
  config ->> '$."model.prior"' AS prior, seed, curve
FROM trials JOIN (SELECT trial, group_concat(printf('%.2f', valid_elbo), ' ') AS curve
  FROM (SELECT trial, valid_elbo FROM epochs ORDER BY trial, epoch) GROUP BY trial) USING (trial)
WHERE state = 'succeeded' ORDER BY point, seed
