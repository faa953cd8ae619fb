namespace VaeSweep.Cli.Dashboard;

/// <summary>Who works on the store.</summary>
internal sealed class NodesView(Desk desk)
{
    public void AddTo(Router router) => router.Add("GET", "/api/nodes", async (_, token) =>
    {
        var nodes = await desk.Follower.NodesAsync(token);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("nodes");
            json.WriteRawValue(nodes, skipInputValidation: true);
            json.WriteString("command", desk.Command("nodes"));
            json.WriteEndObject();
        });
    });
}
