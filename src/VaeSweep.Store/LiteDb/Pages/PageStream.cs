namespace VaeSweep.Store.LiteDb;

internal sealed partial class PageStore
{
    /// <summary>What LiteDB asks of its streams: whole pages, read, written and counted.</summary>
    /// <remarks>A write that fails is noted and not thrown: in the middle of a commit LiteDB would be left with a transaction
    /// whose finalizer throws, which
    /// ends the process. Whoever asked for the commit looks at <see cref="Fault"/>.</remarks>
    private abstract class PageStream(PageStore store) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => !Store._readOnly;
        public override long Position { get; set; }
        protected PageStore Store { get; } = store;

        public override int Read(byte[] buffer, int offset, int count)
        {
            DemandPage(count);
            var read = ReadPage(Position / LitePage.Size, buffer.AsSpan(offset, count)) ? count : 0;
            Position += read;
            return read;
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            try
            {
                DemandPage(count);
                if (Store._readOnly)
                    throw Store.Broken("LiteDB wrote to a store that is only read");
                WritePage(buffer.AsSpan(offset, count));
            }
            catch (Exception error) when (IsNoted(error))
            {
            }

            Position += count;
        }

        public override void Flush() => Note(FlushPages);

        public override void SetLength(long value) => Note(() => SetPages(value));

        public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Position,
            _ => Length,
        };

        protected abstract bool ReadPage(long index, Span<byte> page);

        protected abstract void WritePage(ReadOnlySpan<byte> page);

        protected abstract void FlushPages();

        protected abstract void SetPages(long length);

        /// <summary>LiteDB disposes its streams as it likes; the files are the store's.</summary>
        protected override void Dispose(bool disposing)
        {
        }

        private void Note(Action write)
        {
            try
            {
                write();
            }
            catch (Exception error) when (IsNoted(error))
            {
            }
        }

        private bool IsNoted(Exception error)
        {
            Store._fault.Note(error);
            return true;
        }

        private void DemandPage(int count)
        {
            if (count != LitePage.Size || Position % LitePage.Size != 0)
                throw Store.Broken($"LiteDB asked for {count} bytes at {Position}, which is not one page");
        }
    }

    private sealed class DataStream(PageStore store) : PageStream(store)
    {
        public override long Length => Store._replayed.Count == 0
            ? Store._pages.Length
            : Math.Max(Store._pages.Length, (Store._replayed.Keys.Max() + 1L) * LitePage.Size);

        protected override void FlushPages()
        {
            if (!Store._readOnly)
                Store.WriteHeld();
        }

        protected override void SetPages(long length)
        {
            if (length != Length)
                throw Store.Broken($"LiteDB set the length of the data to {length}");
        }

        protected override bool ReadPage(long index, Span<byte> page) => Store.ReadData((uint)index, page);

        protected override void WritePage(ReadOnlySpan<byte> page)
        {
            Store._fault.Demand();
            Store._pages.Hold((uint)(Position / LitePage.Size), page);
        }
    }

    private sealed class LogStream(PageStore store) : PageStream(store)
    {
        public override long Length => Store._readOnly ? 0 : Store._log.Pages * LitePage.Size;

        protected override void FlushPages()
        {
        }

        protected override void SetPages(long length)
        {
            if (length != 0)
                throw Store.Broken($"LiteDB set the length of the log to {length}");
            Store.TruncateLog();
        }

        protected override bool ReadPage(long index, Span<byte> page)
        {
            if (index >= Store._log.Pages)
                return false;
            Store._log.Read(index, page);
            return true;
        }

        protected override void WritePage(ReadOnlySpan<byte> page) => Store.AppendToLog(Position, page);
    }
}
