using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Steering: each does what a command does, says it in that command's words, and what takes it back.</summary>
internal sealed class ActionsView(Desk desk)
{
    private const int MostPriority = 1000;
    private const int ConfirmBytes = 16;

    public void AddTo(Router router)
    {
        Add("pause", PauseAsync);
        Add("resume", ResumeAsync);
        Add("stop", StopAsync);
        Add("retry", RetryAsync);
        Add("priority", PriorityAsync);
        Add("concurrency", ConcurrencyAsync);
        Add("tag", TagAsync);
        Add("note", NoteAsync);
        Add("delete", DeleteAsync);

        void Add(string verb, Func<Wish, CancellationToken, Task<Done>> act) => router.Add(
            "POST", Routes.Actions + verb, (asked, token) => ActAsync(asked, act, token));
    }

    /// <summary>What somebody wants done.</summary>
    /// <param name="Trial">Null where the sweep is meant.</param>
    private sealed record Wish(IStore Store, SweepStatus Sweep, TrialStatus? Trial, JsonElement Body)
    {
        public string Id => Ids.Of(Sweep.Key);

        public bool Has(string name) => Body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

        public string? Text(string name) => Body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a text") : null;

        public int? Whole(string name) => Body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
                : throw Wrong(name, "a whole number") : null;

        public IReadOnlyList<string> Texts(string name) => !Body.TryGetProperty(name, out var value) ? []
            : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
                ? [.. value.EnumerateArray().Select(one => one.GetString()!)] : throw Wrong(name, "a list of texts");

        private static HttpFault Wrong(string name, string wanted) => new(400, $"'{name}' must be {wanted}.");
    }

    /// <summary>What was done.</summary>
    /// <param name="Command">Words of the command that does the same.</param>
    private sealed record Done(string Said, IReadOnlyList<string> Command, Undo? Undo = null)
    {
        /// <summary>Writes what a preview has besides.</summary>
        public Action<Utf8JsonWriter>? More { get; init; }
    }

    /// <summary>What takes it back.</summary>
    private sealed record Undo(string Verb, string Label, Action<Utf8JsonWriter> Body);

    private async Task<Reply> ActAsync(
        Asked asked, Func<Wish, CancellationToken, Task<Done>> act, CancellationToken cancellationToken)
    {
        var body = await asked.BodyAsync(cancellationToken);
        using var borrowed = await desk.Settings.Source.BorrowAsync(cancellationToken);
        if (!borrowed.IsLive)
        {
            throw new HttpFault(409, "no head has this store open, and here it is only read: start one with "
                + $"`{desk.Command("head")}`.");
        }

        var done = await act(await WishAsync(borrowed.Store, body, cancellationToken), cancellationToken);
        var said = desk.Settings.Host.Pasteable(done.Said);
        desk.Settings.Host.Say($"dashboard: {FaultText.Bounded(done.Said)}");
        desk.Follower.Touch();
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("said", said);
            json.WritePropertyName("undo");
            if (done.Undo is { } undo)
            {
                json.WriteStartObject();
                json.WriteString("verb", undo.Verb);
                json.WriteString("label", undo.Label);
                json.WriteStartObject("body");
                undo.Body(json);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteString("command", desk.Command(done.Command));
            done.More?.Invoke(json);
            json.WriteEndObject();
        });
    }

    private async Task<Wish> WishAsync(IStore store, JsonElement body, CancellationToken cancellationToken)
    {
        if (!body.TryGetProperty("sweep", out var id) || id.ValueKind != JsonValueKind.String
            || !Asked.Fits("id", id.GetString()!))
        {
            throw new HttpFault(400, "'sweep' must be the id of a sweep.");
        }

        var known = (await desk.Follower.SweepAsync(long.Parse(id.GetString()!), cancellationToken)).Status;
        var sweep = await store.GetSweepAsync(known.Name, cancellationToken) is { } now && now.Key == known.Key ? now
            : throw new HttpFault(404, $"'{known.Name}' is gone: somebody has deleted or renamed it meanwhile.");
        var wish = new Wish(store, sweep, null, body);
        return wish.Text("trial") is not { } trial ? wish
            : !Asked.Fits("trial", trial) ? throw new HttpFault(400, "'trial' must be the whole id of a trial.")
            : await store.FindTrialsAsync(trial, sweep.Name, 1, cancellationToken) is [var found] ? wish with { Trial = found }
            : throw new HttpFault(404, $"{sweep.Name} has no trial {trial}.");
    }

    private static async Task<Done> PauseAsync(Wish wish, CancellationToken cancellationToken) => new(
        await Steering.PauseAsync(wish.Store, wish.Sweep, cancellationToken), ["pause", wish.Sweep.Name],
        wish.Sweep.State == SweepState.Active ? Of("resume", "Resume", wish) : null);

    private static async Task<Done> ResumeAsync(Wish wish, CancellationToken cancellationToken)
    {
        var said = await Steering.ActivateAsync(wish.Store, wish.Sweep.Name, cancellationToken);
        var now = await wish.Store.GetSweepAsync(wish.Sweep.Name, cancellationToken) ?? wish.Sweep;
        return new Done(
            $"{said ?? $"{wish.Sweep.Name} is active already."} {Steering.Stands(now)}",
            ["resume", wish.Sweep.Name, "--detach"], wish.Sweep.State switch
            {
                SweepState.Paused => Of("pause", "Pause again", wish),
                SweepState.Stopped => Of("stop", "Stop again", wish),
                _ => null,
            });
    }

    private static async Task<Done> StopAsync(Wish wish, CancellationToken cancellationToken)
    {
        if (wish.Trial is { } trial)
        {
            return new Done(
                await Steering.StopAsync(wish.Store, wish.Sweep, trial, cancellationToken),
                ["stop", wish.Sweep.Name, $"--trial={trial.Id}"],
                trial.State is TrialState.Queued or TrialState.Running or TrialState.Paused
                    ? Of("retry", "Queue it again", wish) : null);
        }

        return new Done(
            await Steering.StopAsync(wish.Store, wish.Sweep, cancellationToken), ["stop", wish.Sweep.Name],
            wish.Sweep.State == SweepState.Stopped ? null : Of("resume", "Resume", wish));
    }

    private static async Task<Done> RetryAsync(Wish wish, CancellationToken cancellationToken)
    {
        FailureClass? only = wish.Text("class") is { } name ? Steering.FailureClassOf(name) : null;
        return new Done(
            await Steering.RetryAsync(wish.Store, wish.Sweep, only, wish.Trial?.Key, cancellationToken),
            [
                "retry", wish.Sweep.Name, .. wish.Trial is { } trial ? [$"--trial={trial.Id}"] : Array.Empty<string>(),
                .. only is { } c ? [$"--class={Wording.Name(c)}"] : Array.Empty<string>(),
            ]);
    }

    private static async Task<Done> PriorityAsync(Wish wish, CancellationToken cancellationToken)
    {
        var priority = wish.Whole("priority") is >= -MostPriority and <= MostPriority and var given ? given
            : throw new HttpFault(400, $"'priority' must be a whole number from -{MostPriority} to {MostPriority}.");
        return new Done(
            await Steering.AdjustAsync(wish.Store, wish.Sweep, new SweepAdjustment { Priority = priority }, cancellationToken),
            ["set", wish.Sweep.Name, $"--priority={priority}"],
            Of("priority", $"Back to {wish.Sweep.Priority}", wish, json => json.WriteNumber("priority", wish.Sweep.Priority)));
    }

    private static async Task<Done> ConcurrencyAsync(Wish wish, CancellationToken cancellationToken)
    {
        var most = wish.Whole("max");
        if (most < 1 || !wish.Body.TryGetProperty("max", out _))
            throw new HttpFault(400, "'max' must be a whole number from 1, or null for no limit.");
        var before = wish.Sweep.MaxConcurrent;
        return new Done(
            await Steering.AdjustAsync(
                wish.Store, wish.Sweep, new SweepAdjustment { MaxConcurrent = most, NoLimit = most is null }, cancellationToken),
            ["set", wish.Sweep.Name, $"--max-concurrent={most?.ToString() ?? "none"}"],
            Of("concurrency", before is null ? "No limit again" : $"Back to {before}", wish, json =>
            {
                json.WritePropertyName("max");
                JsonRenderer.WriteValue(json, before);
            }));
    }

    private static async Task<Done> TagAsync(Wish wish, CancellationToken cancellationToken)
    {
        var (add, remove) = (wish.Texts("add"), wish.Texts("remove"));
        var before = wish.Trial?.Tags ?? wish.Sweep.Tags;
        var said = await Steering.TagAsync(wish.Store, wish.Sweep, wish.Trial, add, remove, cancellationToken);
        return new Done(
            said,
            ["tag", wish.Sweep.Name, .. add.Select(one => $"+{one}"), .. remove.Select(one => $"-{one}"), .. TrialOf(wish)],
            Of("tag", "Undo", wish, json =>
            {
                json.WritePropertyName("add");
                JsonRenderer.WriteValue(json, remove.Where(before.Contains));
                json.WritePropertyName("remove");
                JsonRenderer.WriteValue(json, add.Where(one => !before.Contains(one)));
            }));
    }

    private static async Task<Done> NoteAsync(Wish wish, CancellationToken cancellationToken)
    {
        var (text, before) = (wish.Text("text"), wish.Trial is { } trial ? trial.Note : wish.Sweep.Note);
        return new Done(
            await Steering.NoteAsync(wish.Store, wish.Sweep, wish.Trial, text, cancellationToken),
            ["note", wish.Sweep.Name, .. string.IsNullOrWhiteSpace(text) ? [] : (string[])[text], .. TrialOf(wish)],
            Of("note", "Undo", wish, json => json.WriteString("text", before)));
    }

    private static async Task<Done> DeleteAsync(Wish wish, CancellationToken cancellationToken)
    {
        var what = new DeletionWish(wish.Sweep.Name)
        {
            Trial = wish.Trial?.Key, Failed = wish.Has("failed"), Imported = wish.Has("imported"),
            ArtifactsOnly = wish.Has("artifactsOnly"), Running = wish.Has("stop"), DryRun = true,
        };
        IReadOnlyList<string> command =
        [
            "delete", wish.Sweep.Name, .. TrialOf(wish), .. what.Failed ? ["--failed"] : Array.Empty<string>(),
            .. what.Imported ? ["--imported"] : Array.Empty<string>(),
            .. what.ArtifactsOnly ? ["--artifacts-only"] : Array.Empty<string>(),
            .. what.Running ? ["--stop"] : Array.Empty<string>(),
        ];
        var (would, words) = await Deleting.DeleteAsync(wish.Store, wish.Sweep, what, cancellationToken);
        var confirm = would.Running > 0 && !what.Running ? null : ConfirmOf(wish.Sweep, what, would);
        if (wish.Has("preview"))
            return new Done(words, command) { More = json => json.WriteString("confirm", confirm) };
        if (confirm is null || wish.Text("confirm") != confirm)
        {
            throw new HttpFault(409, "what would be deleted is not what was shown: "
                + $"{(would.Running > 0 && !what.Running ? "trials of it run now. " : "")}look at the preview again.");
        }

        var (done, said) = await Deleting.DeleteAsync(wish.Store, wish.Sweep, what with { DryRun = false }, cancellationToken);
        return new Done(said + (done.Files.Count > 0 ? " The head deletes the files now." : ""), command);
    }

    /// <summary>Tells what a preview has shown from anything else.</summary>
    private static string ConfirmOf(SweepStatus sweep, DeletionWish wish, Deletion would) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{sweep.Key} {wish} {would.Trials} {would.Shared} {string.Join('\n', would.Files)}")).AsSpan(0, ConfirmBytes));

    private static string[] TrialOf(Wish wish) => wish.Trial is { } trial ? [$"--trial={trial.Id}"] : [];

    private static Undo Of(string verb, string label, Wish wish, Action<Utf8JsonWriter>? more = null) => new(verb, label, json =>
    {
        json.WriteString("sweep", wish.Id);
        if (wish.Trial is { } trial)
            json.WriteString("trial", trial.Id);
        more?.Invoke(json);
    });
}
