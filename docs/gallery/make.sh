#!/bin/bash
# Makes every figure of this folder from real runs: trains its sweeps unless the store already has them, then draws.
#   docs/gallery/make.sh [svg|png|pdf] [FOLDER]        GALLERY_DRAW_ONLY=1 draws from what is in the store
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export VAESWEEP_STORE=${VAESWEEP_STORE:-artifacts/gallery.db}
vaesweep=${VAESWEEP:-./vaesweep}
ending=${1:-svg}
folder=${2:-docs/gallery}

for sweep in gallery search population rates; do
    [ -n "${GALLERY_DRAW_ONLY:-}" ] || "$vaesweep" run "docs/gallery/$sweep.yaml"
done

draw_of() { # sweep, name, kind, options
    local sweep=$1 name=$2 kind=$3
    shift 3
    "$vaesweep" plot "$kind" "$sweep" -o "$folder/$name.$ending" "$@"
}

draw() { # name, kind, options
    draw_of gallery "$@"
}

# The softplus models with a standard prior: latent size and bound.
plain=(--where model.activation=softplus --where model.decoder=bernoulli --where model.family=vae --where model.batch_norm=false)
# The gated models of MNIST, by their prior.
priors=(--where model.activation=gated --where dataset.name=mnist)

draw curves-by-latent        curves --band range "${plain[@]}" --where objective.k=1 --by model.latent
draw curves-by-k             curves --band range "${plain[@]}" --where model.latent=20 --by objective.k
draw curves-by-time          curves --band range "${plain[@]}" --where model.latent=20 --by objective.k --metric test_elbo --x time
draw curves-by-decoder       curves --band range --where model.latent=20 --where model.activation=softplus --where objective.k=1 --where model.batch_norm=false --by model.decoder --facet model.decoder
draw curves-by-batch-norm    curves --band range --where model.latent=20 --where model.activation=softplus --where objective.k=1 --where model.decoder=bernoulli --by model.batch_norm
draw curves-by-warm-up       curves --band range --where model.family=ladder --by objective.warmup_epochs
draw active-units            active-units "${plain[@]}" --where objective.k=1 --by model.latent
draw activity-map            activity-map "${plain[@]}" --where objective.k=1 --by model.latent
draw unit-kl                 unit-kl --where model.family=ladder --by objective.warmup_epochs
draw layer-kl                layer-kl --where model.family=ladder --by objective.warmup_epochs
draw nll-by-latent           against "${plain[@]}" --x model.latent --by objective.k
draw nll-by-pseudo-inputs    pseudo-input-count --where model.prior=vampprior --where dataset.name=mnist --by model.prior --log-x
draw parallel                parallel "${plain[@]}"
draw importance              importance "${plain[@]}"
draw slice                   slice "${plain[@]}"
draw contour                 contour "${plain[@]}"
draw reconstructions         reconstructions "${plain[@]}" --where objective.k=1 --by model.latent
draw latents                 latents "${plain[@]}" --where objective.k=1 --by model.latent --images 500
draw latents-by-layer        latents --where model.family=ladder --by objective.warmup_epochs --images 500
draw latent-samples          latent-samples --where model.family=ladder --by objective.warmup_epochs --images 500
draw manifold                manifold "${plain[@]}" --where objective.k=1 --by model.latent --images 14
draw likelihoods             likelihoods --where model.activation=gated --by model.prior
draw pseudo-inputs           pseudo-inputs --where dataset.name=mnist --by model.pseudo_inputs --images 20
draw samples                 samples "${priors[@]}" --by model.prior --images 36
draw interpolation           interpolation "${plain[@]}" --where model.latent=20 --where objective.k=1 --by model.latent
draw attributes              attributes "${plain[@]}" --where model.latent=20 --where objective.k=1 --by model.latent --attribute 9-4,7-1,ink,slant,width
draw_of gallery-search       search              search
draw_of gallery-search       search-by-beta      search --by objective.beta
draw_of gallery-search       rungs               rungs
draw_of gallery-population   lineage             lineage
draw_of gallery-rates        pareto              pareto --by objective.beta
