using System.Text.Json;

namespace VaeSweep.Cli.Dashboard;

/// <summary>All that can be asked.</summary>
internal sealed class Views : IDisposable
{
    private readonly Follower _follower;
    private readonly Desk _desk;
    private readonly HealthView _health;

    public Views(DashboardSettings settings, Follower follower)
    {
        (_follower, _desk) = (follower, new Desk(settings, follower));
        _health = new HealthView(_desk, settings.Health);
    }

    public void Dispose() => _health.Dispose();

    public void AddTo(Router router)
    {
        router.Add("GET", "/api/home", async (asked, token) =>
        {
            var (number, json) = await HomeAsync(asked.Role, token);
            // The time in it is another at every look.
            return Reply.JsonOf(json) with { Tag = $"\"{_follower.Marks.Epoch}-{number}-{Wording.Name(asked.Role)}\"" };
        });
        new NodesView(_desk).AddTo(router);
        new SweepView(_desk).AddTo(router);
        new TableView(_desk).AddTo(router);
        new TrialsView(_desk).AddTo(router);
        new FigureView(_desk).AddTo(router);
        new TrialView(_desk).AddTo(router);
        new CompareView(_desk).AddTo(router);
        new QueryView(_desk).AddTo(router);
        new PlanView(_desk).AddTo(router);
        new ActionsView(_desk).AddTo(router);
        _health.AddTo(router);
    }

    /// <summary>The first view, as one who has that role sees it.</summary>
    /// <returns>The number of the last event in it, and its JSON.</returns>
    public async Task<(long Number, byte[] Json)> HomeAsync(Role role, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        long number;
        await using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("role", Wording.Name(role));
            json.WriteString("store", await _desk.ReadAsync(store => Task.FromResult(store.Location), cancellationToken));
            json.WriteString("version", CliVersion.Text);
            number = await _follower.WriteAsync(json, cancellationToken);
            json.WriteEndObject();
        }

        return (number, stream.ToArray());
    }
}
