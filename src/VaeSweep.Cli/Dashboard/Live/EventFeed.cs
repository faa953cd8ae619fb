using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Sends what happens to one browser, as server-sent events.</summary>
internal sealed class EventFeed(Follower follower, Views views, TimeProvider time)
{
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(5);

    /// <summary>Sends events until the reader goes, or the dashboard ends.</summary>
    /// <exception cref="HttpFault">Too many follow already.</exception>
    public async Task SendAsync(HttpContext context, Role role)
    {
        var (stream, missed) = follower.Streams.Open(context.Request.Headers["Last-Event-ID"].ToString());
        if (stream is null)
            throw new HttpFault(503, $"{EventStreams.MostStreams} pages follow already. Close one.");
        var token = context.RequestAborted;
        try
        {
            var response = context.Response;
            response.ContentType = "text/event-stream";
            response.Headers["X-Accel-Buffering"] = "no";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await response.Body.WriteAsync("retry: 1000\n\n"u8.ToArray(), token);
            if (missed is null)
            {
                if (context.Request.Headers.ContainsKey("Last-Event-ID"))
                    await ResetAsync(context, "what happened meanwhile cannot be told any more.");
                await SnapshotAsync(context, role);
            }

            foreach (var frame in missed ?? [])
                await response.Body.WriteAsync(frame, token);
            await response.Body.FlushAsync(token);
            follower.Wake();
            await FollowAsync(context, stream, role);
        }
        finally
        {
            follower.Streams.Close(stream);
        }
    }

    private async Task FollowAsync(HttpContext context, EventStreams.Stream stream, Role role)
    {
        var token = context.RequestAborted;
        var waiting = stream.Frames.WaitToReadAsync(token).AsTask();
        while (true)
        {
            if (await Task.WhenAny(waiting, Task.Delay(_beat, time, token)) != waiting)
            {
                await context.Response.Body.WriteAsync(Beat(), token);
                await context.Response.Body.FlushAsync(token);
                continue;
            }

            if (!await waiting)
                return;
            var isLate = stream.TakeLate();
            while (stream.Frames.TryRead(out var frame))
            {
                if (!isLate)
                    await context.Response.Body.WriteAsync(frame, token);
            }

            if (isLate)
            {
                await ResetAsync(context, "this page did not read for long.");
                await SnapshotAsync(context, role);
            }

            await context.Response.Body.FlushAsync(token);
            waiting = stream.Frames.WaitToReadAsync(token).AsTask();
        }
    }

    /// <summary>Says that nothing has happened, to a page that shows how old it is.</summary>
    private byte[] Beat() => follower.Streams.Frame(null, Reply.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "beat");
        json.WriteString("at", time.GetUtcNow());
        json.WriteEndObject();
    }).Bytes);

    private async Task ResetAsync(HttpContext context, string why) => await context.Response.Body.WriteAsync(
        follower.Streams.Frame(null, Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "reset");
            json.WriteString("why", why);
            json.WriteEndObject();
        }).Bytes), context.RequestAborted);

    private async Task SnapshotAsync(HttpContext context, Role role)
    {
        var (number, home) = await views.HomeAsync(role, context.RequestAborted);
        var frame = Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "snapshot");
            json.WriteNumber("seq", number);
            json.WritePropertyName("home");
            json.WriteRawValue(home, skipInputValidation: true);
            json.WriteEndObject();
        });
        await context.Response.Body.WriteAsync(follower.Streams.Frame(number, frame.Bytes), context.RequestAborted);
    }
}
