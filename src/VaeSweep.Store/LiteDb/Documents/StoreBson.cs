using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>What a store holds besides its trials, as LiteDB's documents and back.</summary>
internal static class StoreBson
{
    /// <summary>The Ledger's document in <see cref="StoreCollections.Meta"/>; the file's own is
    /// <see cref="StorePlace.Key"/>.</summary>
    public const string LedgerKey = "ledger";

    public static BsonDocument Of(MetaDocument meta) => new()
    {
        ["_id"] = LedgerKey,
        ["identity"] = meta.Identity,
        ["generation"] = meta.Generation,
        ["fence"] = meta.Fence,
        ["next_sweep"] = meta.NextSweep,
        ["next_trial"] = meta.NextTrial,
        ["next_checkpoint"] = meta.NextCheckpoint,
    };

    public static MetaDocument Meta(BsonDocument document) =>
        new(document.Text("identity"), document.Long("generation"), document.Long("fence"))
        {
            NextSweep = document.Long("next_sweep"), NextTrial = document.Long("next_trial"),
            NextCheckpoint = document.Long("next_checkpoint"),
        };

    public static BsonDocument Of(SettingPut setting) => new() { ["_id"] = setting.Name, ["value"] = setting.Value };

    public static SettingPut Setting(BsonDocument document) => new(document.Text("_id"), document.Text("value"));

    public static BsonDocument Of(SweepDocument sweep) => new BsonDocument
    {
        ["_id"] = sweep.Key,
        ["name"] = sweep.Name,
        ["definition"] = sweep.Definition,
        ["max_attempts"] = sweep.MaxAttempts,
        ["created_at"] = sweep.CreatedAt,
        ["state"] = Words.Of(sweep.State),
    }.With("priority", sweep.Priority).With("max_concurrent", sweep.MaxConcurrent).With("stack", sweep.Stack)
        .With("reason", sweep.Reason).With("budget", sweep.Budget).With("to_come", sweep.ToCome)
        .With("to_confirm", sweep.ToConfirm).With("unsettled", sweep.IsUnsettled)
        .With("tags", sweep.Tags).With("note", sweep.Note);

    public static SweepDocument Sweep(BsonDocument document) => new(
        document.Long("_id"), document.Text("name"), document.Text("definition"), document.Int("max_attempts"),
        document.Long("created_at"))
    {
        State = Words.Parse<SweepState>(document.Text("state")), Priority = document.Int("priority"),
        MaxConcurrent = document.IntOrNull("max_concurrent"), Stack = document.TextOrNull("stack"),
        Reason = document.TextOrNull("reason"), Budget = document.IntOrNull("budget"), ToCome = document.Long("to_come"),
        ToConfirm = document.Long("to_confirm"), IsUnsettled = document.Bool("unsettled"),
        Tags = document.TextsOrNull("tags") ?? [],
        Note = document.TextOrNull("note"),
    };

    public static BsonDocument Of(PackDocument pack) => new() { ["_id"] = (long)pack.Key, ["text"] = pack.Text };

    public static PackDocument Pack(BsonDocument document) => new(checked((int)document.Long("_id")), document.Text("text"));

    public static BsonDocument Of(WorkerDocument worker) => new BsonDocument
    {
        ["_id"] = worker.Key, ["worker"] = worker.Worker, ["device"] = worker.Device, ["provenance"] = worker.Provenance,
    }.With("node", worker.Node);

    public static WorkerDocument Worker(BsonDocument document) => new(
        document.Long("_id"), document.Text("worker"), document.Text("device"), document.TextOrNull("node"),
        document.Text("provenance"));

    public static BsonDocument Of(CheckpointDocument checkpoint) => new BsonDocument
    {
        ["_id"] = checkpoint.Key,
        ["attempt"] = checkpoint.Attempt,
        ["epoch"] = checkpoint.Epoch,
        ["path"] = checkpoint.Path,
    }.With("trial", checkpoint.Trial).With("obsolete", checkpoint.Obsolete);

    public static CheckpointDocument Checkpoint(BsonDocument document) => new(
        document.Long("_id"), document.Long("trial"), document.Int("attempt"), document.Int("epoch"), document.Text("path"),
        document.Bool("obsolete"));

    public static BsonDocument Of(NodeDocument node) => new BsonDocument
    {
        ["_id"] = node.Info.Node,
        ["host"] = node.Info.Host,
        ["version"] = node.Info.Version,
        ["started_at"] = node.StartedAt,
        ["seen_at"] = node.SeenAt,
        ["alive_until"] = node.AliveUntil,
    }.With("devices", node.Info.Devices).With("provenance", node.Info.Provenance).With("load", node.Info.Load)
        .With("note", node.Info.Note).With("link", node.Info.Link is { } link ? (int)link + 1 : 0)
        .With("address", node.Info.Address).With("incarnation", node.Incarnation).With("acknowledged", node.Acknowledged);

    public static NodeDocument Node(BsonDocument document) => new(
        new NodeInfo(
            document.Text("_id"), document.Text("host"), document.TextsOrNull("devices") ?? [], document.Text("version"),
            document.TextOrNull("provenance"))
        {
            Load = document.TextOrNull("load"), Note = document.TextOrNull("note"), Address = document.TextOrNull("address"),
            Link = document.Int("link") is > 0 and var link ? (NodeLink)(link - 1) : null,
        },
        document.Long("started_at"), document.Long("seen_at"), document.Long("alive_until"))
    {
        Incarnation = document.Long("incarnation"), Acknowledged = document.Long("acknowledged"),
    };
}
