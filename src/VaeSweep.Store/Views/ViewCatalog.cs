using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What <see cref="IStore.QueryAsync"/> may read, with a line on each view and column; the same in every
/// store.</summary>
public static class ViewCatalog
{
    private static readonly ViewColumn _sweep = new("sweep", "text", "Name of the sweep.");
    private static readonly ViewColumn _trial = new("trial", "text", "Id of the trial: the first 12 digits of its fingerprint.");
    private static readonly ViewColumn _epoch = new("epoch", "integer", "From 1.");

    public static IReadOnlyList<ViewDescription> Views { get; } =
    [
        new("sweeps", "One row a sweep.",
        [
            _sweep,
            new("name", "text", "The same as sweep."),
            new("state", "text", "active, paused or stopped: what its owner asked for."),
            new("trials", "integer", "How many trials it wants."),
            new("created_at", "text", "When it was first submitted; ISO 8601, UTC."),
            new("definition", "text", "The sweep file's text."),
            new("priority", "integer", "Sweeps with a higher one are given out first."),
            new("max_concurrent", "integer", "Most of its trials that may run at once; NULL for no limit."),
            new("stack", "text", "The software its trials are trained with; NULL before the first claim, any when its owner "
                + "allows all."),
            new("reason", "text", "Why it stands as it stands, where nobody asked for it."),
            new("tags", "text", "Its tags, with commas between them; NULL without any."),
            new("note", "text", "What somebody wrote about it."),
        ]),
        new("trials", "One row a trial.",
        [
            _sweep,
            _trial,
            new("fingerprint", "text", "SHA-256 of the canonical configuration, 64 hex digits."),
            new("seed", "integer", "The configuration's seed."),
            new("state", "text", "queued, running, paused, succeeded, failed or stopped."),
            new("attempts", "integer", "How often it has been claimed."),
            new("worker", "text", "Who claimed it last."),
            new("started_at", "text", "When it was first claimed; ISO 8601, UTC."),
            new("finished_at", "text", "When it succeeded, failed or was stopped; ISO 8601, UTC."),
            new("seconds", "real", "Seconds of training: the sum over its stored epochs."),
            new("reason", "text", "Why it failed, was stopped or ended early, in words."),
            new("config", "json", "Its whole configuration, one key a configuration path: config ->> '$.\"model.prior\"'."),
            new("failure_class", "text", "crash, oom, nan, lost or error; of the last failure."),
            new("epochs_done", "integer", "Epochs that are stored."),
            new("epochs", "integer", "Epochs of a complete trial; of one that ended early, those it had."),
            new("trial_index", "integer", "Place in the sweep's expansion, from 0."),
            new("wanted", "integer", "True (1) unless the sweep file no longer contains it."),
            new("model_path", "text", "File of the final model."),
            new("point", "integer", "Number of its configuration without the seed: trials of one point differ in the "
                + "seed alone."),
            new("tags", "text", "Its tags, with commas between them; NULL without any."),
            new("note", "text", "What somebody wrote about it."),
            new("taken_from", "text", "The sweep that its results were taken over from; NULL when its own has trained it."),
            new("imported", "text", "The file that its results were imported from; NULL when they were trained here."),
            new("round", "integer",
                "Of a trial that confirms a search's best with a fresh seed: which choice, from 1; 0 otherwise."),
            new("parent", "text", "The trial that it goes on from, as a copy with other settings (scheduler pbt) or with more "
                + "epochs; NULL for none."),
        ]),
        new("points", "One row for each configuration without its seed.",
        [
            new("point", "integer", "As in the view trials."),
            new("config", "json", "The configuration, one key a configuration path, without the seed."),
            new("base", "integer", "The point that changes is told against; of the first of its kind the point itself."),
            new("changes", "json", "Its values where they are not the base's; every other path is as in the base's config."),
        ]),
        new("epochs", "One row for each epoch of each trial. Bounds are nats per image, higher is better; NULL was not measured.",
        [
            _sweep,
            _trial,
            _epoch,
            .. MetricList.Curves.Select(m => new ViewColumn(m.Name, m.Curve!.Whole ? "integer" : "real", m.Curve.Description)),
            new("attempt", "integer", "The attempt that reported it."),
        ]),
        new("units", "One row for each latent unit, epoch and trial where it was measured.",
        [
            _sweep,
            _trial,
            _epoch,
            new("layer", "integer", "Stochastic layer, from 1, data side first."),
            new("unit", "integer", "Latent unit of the layer, from 1."),
            new("activity", "real", "Variance over images of the posterior mean."),
            new("kl", "real", "KL term of this unit, nats per image."),
        ]),
        new("events", "What a person should know of a trial, with the epoch that it came with.",
        [
            _sweep,
            _trial,
            _epoch,
            new("event", "text", "posterior_collapse, information_overload, either with _ended, stopped_early, or "
                + "checkpoint_damaged."),
            new("detail", "text", "In words."),
        ]),
        new("evaluations", "What finished models scored.",
        [
            _sweep,
            _trial,
            new("metric", "text", "What was measured: test_nll, test_elbo, active_units, ..."),
            new("value", "real", "NULL when it was not a number."),
            new("samples", "integer", "Importance samples used; 1 where that has no meaning."),
            new("images", "integer", "How many images it was measured on."),
            new("seed", "integer", "The trial's seed."),
            new("point", "integer", "The trial's point: see the view trials."),
            new("wanted", "integer", "True (1) unless the sweep file no longer contains the trial."),
            new("file", "text", "Of a log-likelihood: NumPy file with the value of each image, nats; NULL otherwise."),
        ]),
        new("scores", "The values of the view evaluations alone, fast for many trials; those no longer wanted are among them.",
        [
            _sweep,
            new("metric", "text", "As in the view evaluations."),
            new("point", "integer", "The trial's point; with the seed it says which trial."),
            new("seed", "integer", "The trial's seed."),
            new("value", "real", "NULL when it was not a number."),
            new("samples", "integer", "Importance samples used; 1 where that has no meaning."),
        ]),
        new("attempts", "One row for each claim of a trial by a worker.",
        [
            _sweep,
            _trial,
            new("attempt", "integer", "From 1."),
            new("worker", "text", "Who claimed it."),
            new("device", "text", "cpu:0, cuda:1, ..."),
            new("started_at", "text", "When it was claimed; ISO 8601, UTC."),
            new("ended_at", "text", "When it ended; NULL while it runs."),
            new("from_epoch", "integer", "Epochs covered by the checkpoint it began with; 0 without one."),
            new("to_epoch", "integer", "Last epoch it has reported."),
            new("outcome", "text", "succeeded, failed, released, paused, stopped or lost; NULL while it runs."),
            new("reason", "text", "Why, in words."),
            new("failure_class", "text", "crash, oom, nan, lost or error."),
            new("provenance", "json", "What its numbers depend on besides the configuration."),
        ]),
        new("nodes", "Processes that train or have trained.",
        [
            new("node", "text", "Name of the process."),
            new("host", "text", "Machine."),
            new("devices", "json", "List of its devices."),
            new("version", "text", "Of VaeSweep."),
            new("started_at", "text", "First heartbeat; ISO 8601, UTC."),
            new("seen_at", "text", "Last heartbeat; ISO 8601, UTC."),
            new("alive_until", "text", "It counts as gone when it has not been seen until then; ISO 8601, UTC."),
            new("provenance", "json", "Library versions, processor, matrix kernels."),
            new("load", "json", "How busy it was when it was last seen."),
            new("note", "text", "What a person should know about it."),
        ]),
    ];
}
