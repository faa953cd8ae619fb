using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Those who follow what happens, and what the last of them may have missed. Each has room for a few events: whoever
/// does not read is told to begin anew, and never kept for.</summary>
internal sealed class EventStreams(string epoch)
{
    public const int MostStreams = 64;

    private const int Kept = 256;
    private const int Waiting = 16;

    private readonly Lock _gate = new();
    private readonly HashSet<Stream> _streams = [];
    private readonly Queue<(long Number, byte[] Frame)> _last = [];
    private long _dropped;

    public int Count
    {
        get
        {
            lock (_gate)
                return _streams.Count;
        }
    }

    /// <summary>A frame of a stream.</summary>
    /// <param name="number">Null: it is not to be resumed from.</param>
    public byte[] Frame(long? number, ReadOnlySpan<byte> json)
    {
        var head = number is { } at ? string.Create(CultureInfo.InvariantCulture, $"id: {epoch}:{at}\ndata: ") : "data: ";
        var frame = new byte[head.Length + json.Length + 2];
        Encoding.ASCII.GetBytes(head, frame);
        json.CopyTo(frame.AsSpan(head.Length));
        frame[^2] = frame[^1] = (byte)'\n';
        return frame;
    }

    /// <summary>Hands an event to all.</summary>
    public void Publish(long number, ReadOnlySpan<byte> json)
    {
        var frame = Frame(number, json);
        lock (_gate)
        {
            _last.Enqueue((number, frame));
            if (_last.Count > Kept)
                _dropped = _last.Dequeue().Number;
            foreach (var stream in _streams)
                stream.Offer(frame);
        }
    }

    /// <summary>Opens a stream.</summary>
    /// <param name="lastId">What its reader has heard last; null where it begins.</param>
    /// <returns>The stream, and what it has missed; null where that cannot be told, and it must begin with a snapshot. The stream
    /// itself is null where there are too many.</returns>
    public (Stream? Stream, IReadOnlyList<byte[]>? Missed) Open(string? lastId)
    {
        lock (_gate)
        {
            if (_streams.Count >= MostStreams)
                return (null, null);
            var stream = new Stream(Waiting);
            _streams.Add(stream);
            return (stream, NumberOf(lastId) is { } heard && heard >= _dropped
                ? [.. _last.Where(one => one.Number > heard).Select(one => one.Frame)] : null);
        }
    }

    public void Close(Stream stream)
    {
        lock (_gate)
            _streams.Remove(stream);
    }

    /// <summary>Ends all.</summary>
    public void End()
    {
        lock (_gate)
        {
            foreach (var stream in _streams)
                stream.End();
        }
    }

    private long? NumberOf(string? id) => id is not null && id.StartsWith(epoch + ":", StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(epoch.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number : null;

    /// <summary>One reader's.</summary>
    internal sealed class Stream(int room)
    {
        private readonly Channel<byte[]> _frames = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(room) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

        private volatile bool _isLate;

        public ChannelReader<byte[]> Frames => _frames.Reader;

        /// <summary>It has lost events since this was asked last.</summary>
        public bool TakeLate()
        {
            var was = _isLate;
            _isLate = false;
            return was;
        }

        public void Offer(byte[] frame)
        {
            if (!_frames.Writer.TryWrite(frame))
                _isLate = true;
        }

        public void End() => _frames.Writer.TryComplete();
    }
}
